"""The captured sample company of a real QuickBooks, over real processes: simulator, SOAP, server, REST."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.endtoend.house import QUIET, Company, Gate, House, edit, gate_of, new_books
from tests.support.shared import shared

CUSTOMERS = "reference/qbxml/captures/024-CustomerQueryRs-146-sample-company.xml"
ACCOUNTS = "reference/qbxml/captures/025-AccountQueryRs-116-sample-company.xml"
LINES = {
    "Addr1": "line1", "Addr2": "line2", "Addr3": "line3", "Addr4": "line4", "Addr5": "line5", "City": "city",
    "State": "state", "PostalCode": "postal_code", "Country": "country", "Note": "note",
}  # fmt: skip
TEXTS = {
    "first_name": "FirstName", "last_name": "LastName", "phone": "Phone", "email": "Email",
    "terms": "TermsRef/FullName", "tax_code": "SalesTaxCodeRef/FullName", "tax_item": "ItemSalesTaxRef/FullName",
}  # fmt: skip


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Company, Gate]]:
    """The capture, loaded into the simulator and synced once, with the plan approved over REST."""
    folder = tmp_path_factory.mktemp("house")
    books = new_books(folder / "rock.qbs", "--load", shared(CUSTOMERS), "--load", shared(ACCOUNTS))
    with House(folder) as house, gate_of(house) as gate:
        company = house.add("Rock Castle", books, url=gate.address)
        first = house.connect(company)
        assert first["closed"].startswith("Plan 1 waits for approval.")
        assert house.customers(company) == []
        plan = house.rest(company, "plan")
        assert plan["counts"] == {"create": 155, "link": 2}, "146 customers; what they refer to; Tax and Non"
        house.rest(company, "plan/approve", "POST", json={"plan": plan["plan"]})
        second = house.connect(company)
        assert second["closed"] == "In step: 155 created, 1 updated.", (
            "the code Tax has no description in the capture"
        )
        yield house, company, gate


def test_all_146_customers_and_jobs_arrive_with_every_value(synced: tuple[House, Company, Gate]) -> None:
    """spec 2.1, 3.1, 3.4: read back through REST and compared with the capture, independently of our codec."""
    house, company, _ = synced
    found = {customer["sync"]["books_name"]: customer for customer in house.customers(company)}
    expected = {ret.findtext("FullName"): ret for ret in etree.parse(shared(CUSTOMERS)).iter("CustomerRet")}
    assert len(expected) == 146
    assert found.keys() == expected.keys()
    for full_name, ret in expected.items():
        customer = found[full_name]
        assert customer["name"] == full_name.split(":")[0], "a job bears its top customer's name"
        for name, path in TEXTS.items():
            assert customer[name] == ((ret.findtext(path) or "").strip() or None), (full_name, name)
        assert customer["active"] == (ret.findtext("IsActive") == "true")
        assert _filled(customer["billing_address"]) == _address(ret.find("BillAddress")), full_name
        places = [
            (place.findtext("Name"), place.findtext("DefaultShipTo") == "true", _address(place))
            for place in ret.findall("ShipToAddress")
        ]
        stored = [place for place in customer["locations"] if not place["stand_in"]]
        assert [(each["name"], each["is_default"], _filled(each["address"])) for each in stored] == places
        assert (customer["version"], customer["origin"]) == (1, "sync")
        assert customer["sync"]["status"] == "Synced"


def _address(element: Any) -> dict[str, str]:
    if element is None:
        return {}
    return {LINES[child.tag]: child.text.strip() for child in element if child.tag in LINES and child.text}


def _filled(address: dict[str, str] | None) -> dict[str, str]:
    return {line: text for line, text in (address or {}).items() if text}


def test_a_second_session_writes_nothing_and_reads_no_settled_record_in_full(
    synced: tuple[House, Company, Gate],
) -> None:
    """spec 10.3; only ids, EditSequence and TimeModified are asked for."""
    house, company, gate = synced
    house.settle(company)
    before, calls = house.customers(company), len(gate.seen)
    again = house.connect(company)
    assert again["closed"] == QUIET
    assert house.customers(company) == before
    runs = house.json("log", company.id)
    assert house.json("log", company.id, str(runs[0]["run"]))["events"] == []
    sent = [answer.decode() for operation, _, answer in gate.seen[calls:] if operation == "sendRequestXML"]
    assert len(sent) == 1, "one round trip"
    request = sent[0].replace("&lt;", "<").replace("&gt;", ">")
    assert "<IncludeRetElement>EditSequence</IncludeRetElement>" in request
    assert not re.search("<IncludeRetElement>(BillAddress|Phone)<", request)
    got = [body.decode() for operation, body, _ in gate.seen[calls:] if operation == "receiveResponseXML"]
    assert "BillAddress" not in "".join(got)


def test_every_face_tells_the_same(synced: tuple[House, Company, Gate]) -> None:
    """Command line and REST are faces of one office: what one says, the other says."""
    house, company, _ = synced
    status = house.rest(company, "status")
    told = house.json("status")[0]
    for moving in ("heard_at", "connection"):
        status.pop(moving), told.pop(moving)
    assert told == status
    assert (status["in_books"], status["linked"], status["attention"]) == (146, 146, 0)
    runs = house.rest(company, "runs")["items"]
    assert house.json("log", company.id) == runs
    carried_out = next(run for run in runs if run["counts"].get("created"))
    in_full = house.rest(company, f"runs/{carried_out['run']}")
    assert house.json("log", company.id, str(carried_out["run"]))["events"] == in_full["events"]
    assert (
        len(
            [
                event
                for event in in_full["events"]
                if event["what"] == "created" and event["kind"] == "customer"
            ]
        )
        == 146
    )
    assert house.json("attention", company.id) == house.rest(company, "attention")["items"] == []
    plan = house.rest(company, "plan?number=1")
    assert house.json("plan", company.id, "--plan", "1")["actions"] == plan["actions"]
    one = next(action for action in plan["actions"] if action["kind"] == "customer")
    history = house.rest(company, f"history/customer/{one['books']}")
    assert house.json("history", company.id, "customer", one["books"]) == history
    assert house.json("history", company.id, "customer", history["field"]) == history


def test_reports_come_in_three_forms(synced: tuple[House, Company, Gate], tmp_path: Path) -> None:
    """spec 9.3: the sync report of a run can be downloaded (CSV, XLSX, JSON)."""
    house, company, _ = synced
    run = next(run for run in house.json("log", company.id) if run["counts"].get("created"))
    number = str(run["run"])
    lines = house.cli("report", company.id, number, "--format", "csv").lstrip("\ufeff").splitlines()
    assert lines[0].startswith("When (UTC),What,")
    assert len([line for line in lines if ",created," in line and ",customer," in line]) == 146
    assert (
        len(json.loads(house.cli("report", company.id, number, "--format", "json"))["events"])
        == len(lines) - 1
    )
    house.cli("report", company.id, number, "--format", "xlsx", "--out", tmp_path / "run.xlsx")
    assert (tmp_path / "run.xlsx").read_bytes().startswith(b"PK")


def test_a_full_sync_on_request_reads_all_and_writes_nothing(synced: tuple[House, Company, Gate]) -> None:
    """spec 2.3: what was read again and has not changed is no change."""
    house, company, _ = synced
    before = house.customers(company)
    assert "Everything is read again" in house.cli("sync", company.id, "--full")
    house.connect(company)
    run = house.json("log", company.id)[0]
    assert run["reason"] == "full read asked for"
    assert run["counts"]["read"] == 146
    assert not {"created", "updated", "deactivated"} & run["counts"].keys()
    assert house.customers(company) == before


def test_an_edit_in_quickbooks_arrives_and_stands_in_the_history(synced: tuple[House, Company, Gate]) -> None:
    """spec 2.2, 9.2: the change, and what it overwrote."""
    house, company, _ = synced
    customer = next(
        each for each in house.customers(company) if each["phone"] and ":" not in each["sync"]["books_name"]
    )
    name, old = customer["sync"]["books_name"], customer["phone"]
    edit(company.books, f'customer "{name}" set phone="503-555-0177"')
    assert house.connect(company)["closed"] == "In step: 1 updated."
    assert house.rest(company, f"customers/{customer['id']}")["phone"] == "503-555-0177"
    last = house.rest(company, f"history/customer/{customer['id']}")["events"][-1]
    assert last["what"] == "updated"
    assert last["changes"] == [{"field": "phone", "label": "Phone", "before": old, "after": "503-555-0177"}]
