"""Reading a .qwc file, and what it is refused for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quickbooks_sim.webconnector.qwc import BadQwc, Qwc, read
from quickbooks_sim.webconnector.registry import Registry
from tests.quickbooks_sim.webconnector.server import FILE, OWNER, qwc
from tests.support.shared import shared

GOOD = f"""<?xml version="1.0"?>
<QBWCXML>
  <AppName>Test App</AppName>
  <AppID></AppID>
  <AppURL>https://sync.example.com/soap</AppURL>
  <AppDescription>A test.</AppDescription>
  <AppSupport>https://www.example.com/help</AppSupport>
  <UserName>someone</UserName>
  <OwnerID>{OWNER}</OwnerID>
  <FileID>{FILE}</FileID>
  <QBType>QBFS</QBType>
  <Scheduler><RunEveryNMinutes>15</RunEveryNMinutes></Scheduler>
</QBWCXML>
"""


@pytest.fixture
def reading(tmp_path: Path) -> Callable[[str | bytes], Qwc]:
    def read_text(text: str | bytes) -> Qwc:
        path = tmp_path / "app.qwc"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read(path)

    return read_text


def test_everything_is_read(reading: Callable[[str], Qwc], tmp_path: Path) -> None:
    assert reading(GOOD) == Qwc(
        "Test App", "", "https://sync.example.com/soap", "https://www.example.com/help", "someone", OWNER, FILE, 900,
        "", tmp_path / "app.qwc",
    )  # fmt: skip


@pytest.mark.parametrize("example", ["HTTPSWebService.qwc", "HTTPWebService.qwc"])
def test_intuits_examples_are_taken(example: str) -> None:
    found = read(shared(f"reference/qbwc/qwc-examples/{example}"))
    assert found.app_name == example.removesuffix(".qwc")
    assert found.every_seconds is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Scheduler><RunEveryNMinutes>15</RunEveryNMinutes></Scheduler>", ""),
        ("<AppID></AppID>", "<AppID />"), ("<AppID></AppID>", "<!-- no id --><AppID>x</AppID>"),
        ("</QBWCXML>", "<Style>Document</Style><AuthFlags>0xF</AuthFlags><IsReadOnly>false</IsReadOnly></QBWCXML>"),
        ("</QBWCXML>", "<AuthFlags>15</AuthFlags><Notify>true</Notify><SomethingNew>x</SomethingNew></QBWCXML>"),
        ("<?xml version=\"1.0\"?>\n", ""), ("Test App", "Test &amp; App é"), (OWNER, OWNER.lower()),
        ("https://sync.example.com/soap", "https://EXAMPLE.com:8443/"),
    ],
)  # fmt: skip
def test_what_may_differ(reading: Callable[[str], Qwc], old: str, new: str) -> None:
    assert old in GOOD
    assert reading(GOOD.replace(old, new)).user == "someone"


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("<RunEveryNMinutes>5</RunEveryNMinutes>", 300), ("<RunEveryNSeconds>90</RunEveryNSeconds>", 90),
        ("<RunEveryNSeconds>90</RunEveryNSeconds><RunEveryNMinutes>5</RunEveryNMinutes>", 90),
        ("<RunEveryNMinutes>5</RunEveryNMinutes><RunEveryNSeconds>90</RunEveryNSeconds>", 300), ("", None),
    ],
)  # fmt: skip
def test_of_two_intervals_the_first_wins(
    reading: Callable[[str], Qwc], schedule: str, seconds: int | None
) -> None:
    """rules.md, .qwc file: RunEveryNMinutes or RunEveryNSeconds, first one wins."""
    text = GOOD.replace("<RunEveryNMinutes>15</RunEveryNMinutes>", schedule)
    assert reading(text).every_seconds == seconds


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("https://sync.example.com/soap", "https://10.0.0.1/soap", "QBWC1001: .*IP Address"),
        ("https://sync.example.com/soap", "http://127.0.0.1/soap", "QBWC1001"),
        ("https://sync.example.com/soap", "https://127.1/soap", "QBWC1001"),
        ("https://sync.example.com/soap", "https://[::1]/soap", "QBWC1001"),
        ("https://www.example.com/help", "https://10.0.0.1/help", "QBWC1002: .*support URL"),
        ("https://sync.example.com/soap", "http://sync.example.com/soap", "QBWC1010: .*https"),
        ("https://sync.example.com/soap", "https://sync.other.com/soap", "QBWC1000: .*do not match"),
        ("https://sync.example.com/soap", "sync.example.com", "QBWC1039.*AppURL .* is not a web address"),
        ("https://sync.example.com/soap", "ftp://sync.example.com", "AppURL .* is not a web address"),
        ("https://sync.example.com/soap", "https://sync.example.com:x/", "AppURL .* is not a web address"),
        ("https://sync.example.com/soap", "https://sync example.com/", "AppURL .* is not a web address"),
        (OWNER, OWNER[1:-1], "OwnerID .* is not a GUID in braces"), (FILE, "{1}", "FileID .* is not a GUID"),
        ("QBFS", "QBPOS", "QBType may be QBFS, not 'QBPOS'"), ("QBFS", "qbfs", "QBType may be QBFS"),
        ("someone", "", "lacks UserName"), ("Test App", " ", "lacks AppName"),
        ("<AppID></AppID>", "", "lacks AppID"), ("<QBType>QBFS</QBType>", "", "lacks QBType"),
        ("AppSupport", "appsupport", "lacks AppSupport"),
        ("<QBType>", "<UserName>two</UserName><QBType>", "UserName is there twice"),
        ("<AppName>Test App</AppName>", "<AppName><b>Test</b></AppName>", "AppName holds other elements"),
        ("<UserName>someone</UserName>", "<Scheduler><UserName>someone</UserName></Scheduler>", "twice|lacks UserName"),
        (">15<", ">soon<", "RunEveryNMinutes 'soon' is not a number"), (">15<", ">0<", "not a number from 1"),
        (">15<", ">-1<", "not a number"), (">15<", "><", "not a number"), (">15<", ">²<", "not a number"),
        ("</QBWCXML>", "<Style>RPC</Style></QBWCXML>", "Style may be Document"),
        ("</QBWCXML>", "<IsReadOnly>no</IsReadOnly></QBWCXML>", "IsReadOnly may be true or false"),
        ("</QBWCXML>", "<AuthFlags>all</AuthFlags></QBWCXML>", "AuthFlags 'all' is not a number"),
        ("</QBWCXML>", "<PersonalDataPref>yes</PersonalDataPref></QBWCXML>", "PersonalDataPref may be"),
        ("</QBWCXML>", "<UnattendedModePref>x</UnattendedModePref></QBWCXML>", "UnattendedModePref may be"),
        ("QBWCXML", "QBWC", "not a .qwc file: its first element is 'QBWC'"), ("</QBWCXML>", "", "not well-formed XML"),
        ("<QBWCXML>", "<!DOCTYPE x><QBWCXML>", "document type"),
    ],
)  # fmt: skip
def test_what_it_refuses(reading: Callable[[str], Qwc], old: str, new: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(BadQwc, match=words) as caught:
        reading(GOOD.replace(old, new))
    assert str(caught.value).startswith("QBWC10")


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\xff\xfe\x00", b"{}", b"<a>" * 100_000, b" " * 2_000_000]
)
def test_what_is_no_qwc_file_at_all(reading: Callable[[bytes], Qwc], content: bytes) -> None:
    with pytest.raises(BadQwc, match="QBWC1039"):
        reading(content)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.qwc", tmp_path):
        with pytest.raises(BadQwc, match="cannot be read"):
            read(path)


# ---- the registry ---------------------------------------------------------------------------------------------------


def test_the_registry_remembers_a_pair_of_owner_and_file_beside_the_qwc(tmp_path: Path) -> None:
    app = qwc("https://x.example/", path=tmp_path / "app.qwc")
    registry = Registry.beside(app)
    assert not registry.knows(app)
    registry.add(app)
    assert (tmp_path / "app.qwc.added").exists()
    assert Registry.beside(app).knows(app)
    lower = qwc("https://elsewhere.example/", path=tmp_path / "app.qwc", owner_id=OWNER.lower())
    assert Registry.beside(lower).knows(lower), "the address may change, the pair may not"
    other = qwc("https://x.example/", path=tmp_path / "app.qwc", file_id=OWNER)
    assert not Registry.beside(other).knows(other)


def test_a_broken_registry_knows_nothing_and_none_is_kept_without_a_file(tmp_path: Path) -> None:
    app = qwc("https://x.example/", path=tmp_path / "app.qwc")
    (tmp_path / "app.qwc.added").write_text("{")
    assert not Registry.beside(app).knows(app)
    nowhere = Registry.beside(qwc("https://x.example/"))
    nowhere.add(app)
    assert not nowhere.knows(app)
