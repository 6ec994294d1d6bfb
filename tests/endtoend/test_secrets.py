"""Over a whole day, with everything that can go wrong in it: no secret and no customer's data in the server's log, no
secret in clear in the data folder, and nothing that more than its owner can read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.endtoend.house import Company, Gate, House, edit, gate_of, in_books, new_books


@pytest.fixture(scope="module")
def lived(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[House, Company, dict[str, str], list[Any]]]:
    """A day in the life of a server; its secrets by what they are, and the customers as they were."""
    folder = tmp_path_factory.mktemp("house")
    books = new_books(folder / "sample.qbs", "--sample")
    with House(folder) as house, gate_of(house) as gate:
        company = house.add("Sample", books, url=gate.address)
        secrets = {"password": company.password, "token": company.token}
        house.settle(company)
        edit(books, 'customer "Baker Residence" set phone="503-555-0142"')
        for fault in (
            "garble=1",
            "garble_control=1",
            "wrong_ticket=1",
            "wrong_password",
            "post_reply_twice=1",
        ):
            house.connect(company, "--fault", fault, status=(0, 1))
        house.settle(company)
        secrets.update(_tickets(gate))
        secrets.update(_visit(house))
        _knock_on_wrong_doors(house, company)
        yield house, company, secrets, house.customers(company)


def _tickets(gate: Gate) -> dict[str, str]:
    answers = [answer.decode() for operation, _, answer in gate.seen if operation == "authenticate"]
    found = [re.findall("<string>([^<]{20,})</string>", answer) for answer in answers]
    tickets = {ticket for tickets in found for ticket in tickets}
    assert len(tickets) >= 5
    return {f"ticket {number}": ticket for number, ticket in enumerate(tickets)}


def _visit(house: House) -> dict[str, str]:
    """A person logs in with a link, looks round, and sends a form."""
    link = house.cli("login").strip()
    with httpx2.Client(
        base_url=house.address, follow_redirects=True, headers={"Accept": "text/html"}
    ) as browser:
        page = browser.get(link)
        assert page.status_code == 200
        cookie = browser.cookies["fieldledger_session"]
        forms = re.findall('name="csrf" value="([^"]+)"', page.text)
        for path in ("", "/plan", "/attention", "/log", "/customers", "/connect", "/nowhere"):
            browser.get(f"/companies/c1{path}")
        browser.post("/companies/c1/sync", data={"csrf": forms[0]})
        browser.post("/companies/c1/sync", data={"csrf": "made up"})
        assert httpx2.get(browser.base_url.join(link)).status_code == 401, "the link works once"
    return {"link": link.rpartition("/")[2], "cookie": cookie, "form token": forms[0]}


def _knock_on_wrong_doors(house: House, company: Company) -> None:
    base = f"{house.address}/api/v1/companies/{company.id}"
    good = {"Authorization": f"Bearer {company.token}"}
    assert httpx2.get(f"{base}/customers").status_code == 401
    assert httpx2.get(f"{base}/customers", headers={"Authorization": "Bearer fl_guess"}).status_code == 401
    assert (
        httpx2.post(f"{base}/customers", headers=good, content=b'{"name": "Confidential').status_code == 422
    )
    wrong = {"name": "Confidential Customer", "phone": "x" * 300}
    assert httpx2.post(f"{base}/customers", headers=good, json=wrong).status_code == 422
    assert httpx2.post(f"{house.address}/qbwc", content=b"<Confidential Customer").status_code == 200


def test_the_log_holds_no_secret(lived: tuple[House, Company, dict[str, str], list[Any]]) -> None:
    house, _, secrets, _ = lived
    log = house.stderr.read_text(encoding="utf-8")
    assert log.count("event=webconnector.call") > 50, "it is the log of all that"
    assert [what for what, secret in secrets.items() if secret in log] == []


def test_the_log_holds_no_customers_data(lived: tuple[House, Company, dict[str, str], list[Any]]) -> None:
    house, company, _, customers = lived
    log = house.stderr.read_text(encoding="utf-8").lower()
    words = {"confidential", *(each["full_name"].lower() for each in in_books(company.books))}
    for customer in customers:
        words |= {
            str(customer[key]).lower() for key in ("name", "phone", "email", "last_name") if customer[key]
        }
        for place in (customer["billing_address"], *(each["address"] for each in customer["locations"])):
            words |= {text.lower() for text in (place or {}).values() if text and len(text) > 5}
    words = {word for word in words if len(word) > 4}
    assert len(words) > 100
    assert sorted(word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", log)) == []


def test_the_data_folder_holds_no_secret_in_clear(
    lived: tuple[House, Company, dict[str, str], list[Any]],
) -> None:
    """Passwords as argon2id, tokens, tickets, links and sessions as SHA-256; form tokens are not stored at all."""
    house, _, secrets, _ = lived
    files = [path for path in house.data.rglob("*") if path.is_file()]
    assert {"journal.db", "desk.db", "secret.key"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert [what for what, secret in secrets.items() if secret.encode() in content] == [], path.name
    assert b"$argon2id$" in b"".join(path.read_bytes() for path in files)


def test_only_its_owner_can_read_the_data_folder(
    lived: tuple[House, Company, dict[str, str], list[Any]],
) -> None:
    house = lived[0]
    assert house.data.stat().st_mode & 0o777 == 0o700
    for path in house.data.iterdir():
        if path.name.startswith(("journal", "desk", "secret")):
            assert path.stat().st_mode & 0o077 == 0, path.name


def test_it_listens_on_this_computer_only(lived: tuple[House, Company, dict[str, str], list[Any]]) -> None:
    house = lived[0]
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == house.port
    ]
    assert listening == [f"0100007F:{house.port:04X}"]


def test_it_stops_when_told_and_says_so(lived: tuple[House, Company, dict[str, str], list[Any]]) -> None:
    house = lived[0]
    assert house.stop() == 0
    assert "event=server.stopped" in house.stderr.read_text(encoding="utf-8").splitlines()[-1]
    house.start()
