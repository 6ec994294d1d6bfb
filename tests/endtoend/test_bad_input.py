"""What comes from outside is not always what it should be. It gets a clear answer, and nothing is lost."""

from __future__ import annotations

import http.client
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.endtoend.house import QUIET, Company, House, new_books
from tests.endtoend.programs import run

SOAP = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    '<soap:Body><{name} xmlns="http://developer.intuit.com/">{inner}</{name}></soap:Body></soap:Envelope>'
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Company]]:
    """A house in step."""
    folder = tmp_path_factory.mktemp("house")
    books = new_books(folder / "sample.qbs", "--sample")
    with House(folder) as house:
        company = house.add("Sample", books)
        house.settle(company)
        yield house, company


@pytest.fixture(autouse=True)
def _nothing_is_lost(sample: tuple[House, Company]) -> Iterator[None]:
    """After each test the customers and links are as before, and the next sync has nothing to do."""
    house, company = sample
    before = house.outcome(company)
    yield
    assert house.connect(company)["closed"] == QUIET
    assert house.outcome(company) == before


def call(house: House, name: str, inner: str) -> tuple[int, str]:
    """A SOAP call as bytes; status and body."""
    answer = httpx2.post(
        f"{house.address}/qbwc",
        content=SOAP.format(name=name, inner=inner).encode(),
        headers={
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"http://developer.intuit.com/{name}"',
        },
        timeout=60,
    )
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return answer.status_code, answer.text


def log_in(house: House, company: Company) -> str:
    """A ticket."""
    given = f"<strUserName>{company.user}</strUserName><strPassword>{company.password}</strPassword>"
    _, text = call(house, "authenticate", given)
    found = re.search("<string>(.*?)</string>", text)
    assert found is not None
    return found[1]


def result(text: str) -> str:
    """What is inside the Result element."""
    return text.partition("Result>")[2].partition("</")[0]


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "no XML at all",
        "&lt;QBXML&gt;&lt;QBXMLMsgsRs&gt;&lt;CustomerQueryRs",
        "&lt;!DOCTYPE x&gt;&lt;QBXML/&gt;",
        "<x/>",
    ],
    ids=["empty", "text", "cut", "doctype", "another element"],
)
def test_broken_qbxml_stops_the_session_with_a_sentence(sample: tuple[House, Company], reply: str) -> None:
    house, company = sample
    ticket = log_in(house, company)
    hcp = "<strHCPResponse></strHCPResponse><qbXMLMajorVers>13</qbXMLMajorVers><qbXMLMinorVers>0</qbXMLMinorVers>"
    call(house, "sendRequestXML", f"<ticket>{ticket}</ticket>{hcp}")
    status, text = call(house, "receiveResponseXML", f"<ticket>{ticket}</ticket><response>{reply}</response>")
    assert status == 200
    assert int(result(text)) < 0
    told = result(call(house, "getLastError", f"<ticket>{ticket}</ticket>")[1])
    assert "could not be read" in told
    call(house, "closeConnection", f"<ticket>{ticket}</ticket>")


@pytest.mark.parametrize("ticket", ["", "made-up", "x" * 10_000, "&#233;", "' or 1=1 --"])
def test_a_wrong_ticket_gets_nothing_and_changes_nothing(sample: tuple[House, Company], ticket: str) -> None:
    house, _ = sample
    inner = f"<ticket>{ticket}</ticket>"
    assert result(call(house, "sendRequestXML", inner)[1]) == ""
    assert (
        int(result(call(house, "receiveResponseXML", inner + "<response>&lt;QBXML/&gt;</response>")[1])) < 0
    )
    assert "not known" in result(call(house, "getLastError", inner)[1])
    assert result(call(house, "connectionError", inner)[1]) == "done"
    assert call(house, "closeConnection", inner)[0] == 200


def test_a_huge_body_is_answered_and_forgotten(sample: tuple[House, Company]) -> None:
    """Past the limit of 256 MB the server keeps nothing; its memory shows it."""
    house, _ = sample
    before = house.memory()
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
    size = 260 * 1024 * 1024
    connection.putrequest("POST", "/qbwc")
    connection.putheader("SOAPAction", '"http://developer.intuit.com/receiveResponseXML"')
    connection.putheader("Content-Type", "text/xml; charset=utf-8")
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    chunk = b" " * (4 * 1024 * 1024)
    for _ in range(size // len(chunk)):
        connection.send(chunk)
    answer = connection.getresponse()
    assert answer.status == 200
    assert int(result(answer.read().decode())) < 0
    connection.close()
    assert house.memory() - before < 320 * 1024 * 1024


def test_a_huge_rest_body_is_413(sample: tuple[House, Company]) -> None:
    house, company = sample
    answer = httpx2.post(
        f"{house.address}/api/v1/companies/{company.id}/customers",
        content=(b" " * 1024 * 1024 for _ in range(70)),
        headers={"Authorization": f"Bearer {company.token}", "Content-Type": "application/json"},
        timeout=60,
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_another_company_file_is_refused_before_anything_is_written(
    sample: tuple[House, Company], tmp_path: Path
) -> None:
    """spec 8.2: another file: stop, write nothing."""
    house, company = sample
    other = new_books(tmp_path / "other.qbs", "--generate", "5", "--name", "Somebody Else")
    ended = house.connect(company, books=other, status=(0, 1))
    assert ended["outcome"] in ("stopped", "error")
    assert "Somebody Else" in ended["last_error"]
    assert (
        "is not the one of this connection" in ended["last_error"] or "does not bear" in ended["last_error"]
    )


def test_a_renamed_and_moved_file_goes_on(sample: tuple[House, Company], tmp_path: Path) -> None:
    """spec 8.2: moved or renamed with the same identifier: go on, and log it."""
    house, company = sample
    moved = Path(shutil.copy(company.books, tmp_path / "moved.qbs"))
    run("quickbooks-sim", "edit", moved, r'move "D:\Elsewhere\bluebird.qbw"')
    assert house.connect(company, books=moved)["closed"] == QUIET
    assert any(event["what"] == "moved" for event in _events(house))
    house.connect(company)  # and back again


def _events(house: House) -> list[dict[str, Any]]:
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(house.data / "journal.db")) as journal:
        return [
            {"what": row[0]} for row in journal.execute("select what from events order by id desc limit 20")
        ]


@pytest.mark.parametrize(
    "text",
    ["", "not XML", "<?xml version='1.0'?><QBWCXML><AppName>x</AppName></QBWCXML>", "<a>" * 50],
    ids=["empty", "text", "half", "broken"],
)
def test_an_unreadable_qwc_is_named(sample: tuple[House, Company], tmp_path: Path, text: str) -> None:
    _, company = sample
    app = tmp_path / "app.qwc"
    app.write_text(text, encoding="utf-8")
    ended = run(
        "quickbooks-sim", "connect", app, "--company", company.books, "--password", company.password, status=2
    )
    assert "error:" in ended.stderr
    assert "qwc" in ended.stderr


def test_the_same_qwc_every_time(sample: tuple[House, Company]) -> None:
    """Never a second pair of identifiers for one connection."""
    house, company = sample
    text = company.app.read_text(encoding="utf-8")
    assert house.cli("company", "qwc", company.id, "--url", house.address) == text
    assert company.password not in text


def test_guesses_are_slowed_down_and_the_right_password_still_works(sample: tuple[House, Company]) -> None:
    house, company = sample
    for _ in range(3):
        given = f"<strUserName>{company.user}</strUserName><strPassword>wrong</strPassword>"
        assert "<string>nvu</string>" in call(house, "authenticate", given)[1]
    assert house.connect(company)["closed"] == QUIET
