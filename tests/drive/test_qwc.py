"""The .qwc file: what the Web Connector takes, the same file every time, and a clear word about addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from fieldledger.drive.webconnector.qwc import write_qwc
from fieldledger.journal import companies
from fieldledger.office import companies as office
from fieldledger.office import qwc
from fieldledger.office.errors import CannotDo
from fieldledger.session.identity import OWNER_ID
from quickbooks_sim.webconnector.qwc import read
from tests.support.shared import shared
from tests.support.world import World

FILE_ID = "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}"


def written(url: str = "https://sync.example.com/qbwc", **more: Any) -> str:
    given = {"user": "fieldledger-c1", "owner_id": OWNER_ID, "file_id": FILE_ID, "company_name": "Test",
             "every_minutes": 15} | more  # fmt: skip
    return write_qwc(app_url=url, **given)


def test_the_strict_reader_of_the_simulated_web_connector_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "app.qwc"
    path.write_text(written())
    found = read(path)
    assert (found.app_name, found.url, found.user) == (
        "Fieldledger Test", "https://sync.example.com/qbwc", "fieldledger-c1"
    )  # fmt: skip
    assert (found.owner_id, found.file_id, found.every_seconds) == (OWNER_ID, FILE_ID, 900)


@pytest.mark.parametrize("example", ["HTTPSWebService.qwc", "HTTPWebService.qwc"])
def test_it_has_the_shape_of_intuits_examples(example: str) -> None:
    """Every element of the examples is there, with the same fixed values, and everything is text below one root."""
    ours = etree.fromstring(written().encode())
    theirs = etree.parse(shared(f"reference/qbwc/qwc-examples/{example}")).getroot()
    assert ours.tag == theirs.tag == "QBWCXML"
    assert {child.tag for child in theirs} <= {child.tag for child in ours}
    for fixed in ("QBType", "Style", "AuthFlags", "AppID"):
        assert ours.findtext(fixed) == theirs.findtext(fixed)
    assert len({child.tag for child in ours}) == len(ours), "no element twice"
    assert ours.findtext("Scheduler/RunEveryNMinutes") == "15"
    assert ours.findtext("IsReadOnly") == "false", "rules.md: send `false` for a writing app"
    assert "assword" not in written(), "no password field exists"


@pytest.mark.parametrize(
    "name", ['Müller & Söhne <"€">', "会社", "a\x01b\tc\nd", "x" * 500, "]]>", "-- é --"]
)
def test_any_company_name_makes_a_file_that_can_be_read(tmp_path: Path, name: str) -> None:
    text = written(company_name=name)
    assert text.isascii(), "editors and mail programs break anything else"
    path = tmp_path / "app.qwc"
    path.write_bytes(text.encode())
    found = read(path).app_name
    assert found.startswith("Fieldledger ")
    assert len(found) <= 80
    if name.startswith("M"):
        assert found == f"Fieldledger {name}"


@pytest.mark.parametrize(
    "url",
    ["https://sync.example.com/qbwc", "https://sync.example.com:8443/qbwc", "http://localhost:8470/qbwc",
     "https://localhost/qbwc", "https://myserver/qbwc", "https://xn--mller-kva.example/qbwc", "HTTPS://Sync.Example.com/a/qbwc",
     "http://LOCALHOST/qbwc"],
)  # fmt: skip
def test_addresses_that_the_web_connector_takes(tmp_path: Path, url: str) -> None:
    path = tmp_path / "app.qwc"
    path.write_text(written(url))
    assert read(path).url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://sync.example.com/qbwc", "http only for localhost (QBWC1010), not for sync.example.com. Use https"),
        ("http://192.168.1.5/qbwc", "refuses addresses made of numbers (192.168.1.5, QBWC1001)"),
        ("https://192.168.1.5/qbwc", "QBWC1001"), ("http://127.0.0.1:8470/qbwc", "QBWC1001"),
        ("https://[2001:db8::1]/qbwc", "QBWC1001"), ("http://[::1]/qbwc", "QBWC1001"), ("https://127.1/x", "QBWC1001"),
        ("https://0x7f000001/qbwc", "QBWC1001"), ("https://2130706433/", "QBWC1001"),
        ("sync.example.com/qbwc", "is not a web address; it must look like https://"), ("", "is not a web address"),
        ("ftp://sync.example.com/", "is not a web address"), ("https:///qbwc", "is not a web address"),
        ("https://sync example.com/", "is not a web address"), ("https://müller.example/", "is not a web address"),
        ("https://x.example:99999/", "is not a web address"), ("https://x.example:0/", "is not a web address"),
        ("https://[broken/", "is not a web address"), ("https://x.example/\n", "is not a web address"),
        ("https://user:pw@x.example/", "without user"), ("https://x.example/?a=b", "question mark"),
        ("https://x.example/#a", "without user, question mark or #"),
    ],
)  # fmt: skip
def test_addresses_that_it_would_refuse_are_refused_with_what_to_do(
    tmp_path: Path, url: str, words: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are compared below
        written(url)
    assert words in str(caught.value)


def test_a_company_has_the_same_file_for_ever_and_another_has_another(tmp_path: Path) -> None:
    """Issue 2: stable OwnerID/FileID; the same file again, never a second pair."""
    with World(tmp_path) as world:
        address = "https://sync.example.com"
        first = qwc.text(world.journal, world.company, address)
        world.stop()
        world.start()
        assert qwc.text(world.journal, world.company, address + "/") == first
        with world.journal.write() as tx:
            companies.change(tx, world.company, password_hash="another")
        assert qwc.text(world.journal, world.company, address) == first, "a new password is not in it"
        office.set_settings(world.journal, world.company, {"schedule": "30"}, who="test")
        later = qwc.text(world.journal, world.company, address)
        assert later == first.replace("<RunEveryNMinutes>15<", "<RunEveryNMinutes>30<")
        other = office.add(
            world.journal, "Other", {"customers.direction": "books_to_field"}, password="x",
            password_hash=lambda text: text,
        )  # fmt: skip
        files = {}
        for company in (world.company, other["id"]):
            path = tmp_path / qwc.file_name(company)
            path.write_text(qwc.text(world.journal, company, address))
            files[company] = read(path)
        one, two = files.values()
        assert one.owner_id == two.owner_id == OWNER_ID, "one application"
        assert one.file_id != two.file_id
        assert one.user != two.user
        with pytest.raises(CannotDo, match="QBWC1010"):
            qwc.text(world.journal, world.company, "http://sync.example.com")
