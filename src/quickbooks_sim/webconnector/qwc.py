"""Reads a .qwc file, at least as strict as the real Web Connector about what it takes."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

REQUIRED = (
    "AppName", "AppID", "AppURL", "AppDescription", "AppSupport", "UserName", "OwnerID", "FileID", "QBType",
)  # fmt: skip
"""These must be there, and all but AppID must say something."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "QBType": ("QBFS",),
    "Style": ("Document",),
    "IsReadOnly": ("true", "false"),
    "Notify": ("true", "false"),
    "UnattendedModePref": ("umpRequired", "umpOptional"),
    "PersonalDataPref": ("pdpNotNeeded", "pdpOptional", "pdpRequired"),
}
"""What an element may say where it is there. QBType QBPOS and the other styles exist, but not in this simulator."""

_GUID = re.compile(r"\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")
_FLAGS = re.compile(r"0[xX][0-9a-fA-F]{1,8}|[0-9]{1,9}")
_SCHEDULES = {"RunEveryNMinutes": 60, "RunEveryNSeconds": 1}
LARGEST = 1024 * 1024


class BadQwc(ValueError):
    """The Web Connector would not take this file. str(error) begins with its code, where it has one."""


@dataclass(frozen=True)
class Qwc:
    """What a .qwc file says. every_seconds: the run interval, None when it has no scheduler. path: where it lies,
    None when it was not read from a file."""

    app_name: str
    app_id: str
    url: str
    support: str
    user: str
    owner_id: str
    file_id: str
    every_seconds: int | None = None
    unique_name: str = ""
    path: Path | None = None


def read(path: Path) -> Qwc:
    """Raises `BadQwc` with what is wrong and where."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise BadQwc(f"{path} cannot be read: {error.strerror or error}") from None
    root = _parsed(content, path)
    tags, schedule = _texts(root)
    _check_words(tags)
    _check_addresses(tags["AppURL"], tags["AppSupport"])
    return Qwc(
        app_name=tags["AppName"],
        app_id=tags["AppID"],
        url=tags["AppURL"],
        support=tags["AppSupport"],
        user=tags["UserName"],
        owner_id=tags["OwnerID"],
        file_id=tags["FileID"],
        every_seconds=_interval(schedule),
        unique_name=tags.get("AppUniqueName", ""),
        path=path,
    )


def _bad(why: str) -> BadQwc:
    return BadQwc(f"QBWC1039: There was a problem adding the application: {why}")


def _parsed(content: bytes, path: Path) -> etree._Element:
    if len(content) > LARGEST:
        raise _bad(f"{path} is larger than any .qwc file")
    if b"<!DOCTYPE" in content:
        raise _bad(f"{path} declares a document type")
    parser: etree.XMLParser[etree._Element] = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        said = error.msg if isinstance(error, etree.XMLSyntaxError) else str(error)
        raise _bad(f"{path} is not well-formed XML: {said}") from None
    if root.tag != "QBWCXML":
        raise _bad(f"{path} is not a .qwc file: its first element is {root.tag!r}, not QBWCXML")
    return root


def _texts(root: etree._Element) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The elements directly below the root, and what the scheduler says, in order."""
    tags: dict[str, str] = {}
    schedule: list[tuple[str, str]] = []
    for child in root:
        tag = str(child.tag)
        if tag in tags or (tag == "Scheduler" and schedule):
            raise _bad(f"the element {tag} is there twice")
        if tag == "Scheduler":
            schedule = [(str(each.tag), (each.text or "").strip()) for each in child]
        elif len(child):
            raise _bad(f"the element {tag} holds other elements")
        else:
            tags[tag] = (child.text or "").strip()
    missing = [tag for tag in REQUIRED if tag not in tags or (tag != "AppID" and not tags[tag])]
    if missing:
        raise _bad(f"the .qwc file lacks {', '.join(missing)}")
    return tags, schedule


def _check_words(tags: Mapping[str, str]) -> None:
    for tag in ("OwnerID", "FileID"):
        if not _GUID.fullmatch(tags[tag]):
            raise _bad(f"{tag} {tags[tag]!r} is not a GUID in braces")
    for tag, words in WORDS.items():
        if tag in tags and tags[tag] not in words:
            raise _bad(f"{tag} may be {' or '.join(words)}, not {tags[tag]!r}")
    if "AuthFlags" in tags and not _FLAGS.fullmatch(tags["AuthFlags"]):
        raise _bad(f"AuthFlags {tags['AuthFlags']!r} is not a number")


def _check_addresses(url: str, support: str) -> None:
    host, helper = _host(url, "AppURL"), _host(support, "AppSupport")
    if _is_number(host):
        raise BadQwc(
            f"QBWC1001: The application's service URL is an IP Address, it will not be loaded: {url}"
        )
    if _is_number(helper):
        raise BadQwc(
            f"QBWC1002: The application's support URL is an IP Address, it will not be loaded: {support}"
        )
    if urlsplit(url).scheme != "https" and host != "localhost":
        raise BadQwc(
            f"QBWC1010: For security reasons only SSL (https) based applications are allowed, not {url}"
        )
    if _domain(host) != _domain(helper):
        raise BadQwc(
            f"QBWC1000: The domain names for service and support URLs do not match: {host} and {helper}"
        )


def _host(url: str, tag: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url):
        raise _bad(f"{tag} {url!r} is not a web address")
    return host


def _is_number(host: str) -> bool:
    """An IP address, also in the short and hexadecimal forms that Windows reads as one (127.1, 0x7f000001)."""
    if ":" in host:
        return True
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


def _domain(host: str) -> str:
    """The registered part: what two hosts of one company share."""
    return ".".join(host.lower().split(".")[-2:])


def _interval(schedule: list[tuple[str, str]]) -> int | None:
    """The first of the two wins, as the guide says."""
    for tag, text in schedule:
        if tag in _SCHEDULES:
            if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10_000_000:
                raise _bad(f"{tag} {text!r} is not a number from 1")
            return int(text) * _SCHEDULES[tag]
    return None
