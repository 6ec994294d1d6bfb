"""Reads a .qwc file, as strict as the real Web Connector about what it refuses."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

REQUIRED = (
    "AppName", "AppID", "AppURL", "AppDescription", "AppSupport", "UserName", "OwnerID", "FileID", "QBType",
)  # fmt: skip
_GUID = re.compile(r"\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")


class BadQwc(ValueError):
    """The Web Connector would not take this file. str(error) begins with its code, where it has one."""


@dataclass(frozen=True)
class Qwc:
    """What a .qwc file says. every_seconds: the run interval, None when it has no scheduler."""

    app_name: str
    app_id: str
    url: str
    support: str
    user: str
    owner_id: str
    file_id: str
    every_seconds: int | None


def read(path: Path) -> Qwc:
    """Raises `BadQwc` with what is wrong and where."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadQwc(f"{path} cannot be read: {error.strerror or error}") from None
    try:
        root = etree.fromstring(
            content, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
        )
    except etree.XMLSyntaxError as error:
        raise BadQwc(f"QBWC1039: {path} is not well-formed XML: {error.msg}") from None
    if root.getroottree().docinfo.doctype:
        raise BadQwc(f"QBWC1039: {path} declares a document type")
    if root.tag != "QBWCXML":
        raise BadQwc(f"QBWC1039: {path} is not a .qwc file: its first element is {root.tag!r}, not QBWCXML")
    return _checked({str(child.tag): (child.text or "").strip() for child in root.iter() if len(child) == 0})


def _checked(tags: dict[str, str]) -> Qwc:
    missing = [tag for tag in REQUIRED if tag not in tags or (tag != "AppID" and not tags[tag])]
    if missing:
        raise BadQwc(f"QBWC1039: the .qwc file lacks {', '.join(missing)}")
    url, support = tags["AppURL"], tags["AppSupport"]
    host, helper = urlsplit(url).hostname or "", urlsplit(support).hostname or ""
    if _is_ip(host):
        raise BadQwc(f"QBWC1001: AppURL {url} is an IP address")
    if _is_ip(helper):
        raise BadQwc(f"QBWC1002: AppSupport {support} is an IP address")
    if urlsplit(url).scheme != "https" and host != "localhost":
        raise BadQwc(f"QBWC1010: AppURL {url} must be https (http is for localhost only)")
    if _domain(host) != _domain(helper):
        raise BadQwc(f"QBWC1000: AppURL is on {host}, AppSupport on {helper}; they must share a domain")
    for tag in ("OwnerID", "FileID"):
        if not _GUID.fullmatch(tags[tag]):
            raise BadQwc(f"QBWC1039: {tag} {tags[tag]!r} is not a GUID in braces")
    if tags["QBType"] not in ("QBFS", "QBPOS"):
        raise BadQwc(f"QBWC1039: QBType {tags['QBType']!r} is neither QBFS nor QBPOS")
    return Qwc(
        tags["AppName"],
        tags["AppID"],
        url,
        support,
        tags["UserName"],
        tags["OwnerID"],
        tags["FileID"],
        _interval(tags),
    )


def _interval(tags: dict[str, str]) -> int | None:
    for tag, seconds in (("RunEveryNMinutes", 60), ("RunEveryNSeconds", 1)):
        if tag in tags:
            if not tags[tag].isdigit():
                raise BadQwc(f"QBWC1039: {tag} {tags[tag]!r} is not a number")
            return int(tags[tag]) * seconds
    return None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _domain(host: str) -> str:
    """The registered part: what two hosts of one company share."""
    return ".".join(host.lower().split(".")[-2:])
