"""Real responses that were loaded come back leaf by leaf, in the order in which QuickBooks gave them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from quickbooks_sim.build import load, new_file
from tests.quickbooks_sim.conftest import Books
from tests.support.shared import shared


def leaves(ret: etree._Element, path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for child in ret:
        where = f"{path}/{child.tag!s}"
        found.extend(leaves(child, where) if len(child) else [(where, child.text or "")])
    return found


def rets(name: str, tag: str) -> list[etree._Element]:
    return list(etree.parse(shared(f"reference/qbxml/captures/{name}")).getroot().iter(tag))


def test_every_leaf_of_146_customers_comes_back(captured: Books) -> None:
    answer = captured.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")
    real = {
        ret.findtext("ListID"): leaves(ret)
        for ret in rets("024-CustomerQueryRs-146-sample-company.xml", "CustomerRet")
    }
    ours = {ret.findtext("ListID"): leaves(ret) for ret in answer}
    assert len(real) == 146
    assert sum(map(len, real.values())) > 4000
    assert ours == real


def test_every_leaf_of_116_accounts_comes_back(captured: Books) -> None:
    answer = captured.one("<AccountQueryRq><ActiveStatus>All</ActiveStatus></AccountQueryRq>")
    real = {
        ret.findtext("ListID"): leaves(ret)
        for ret in rets("025-AccountQueryRs-116-sample-company.xml", "AccountRet")
    }
    assert len(real) == 116
    assert {ret.findtext("ListID"): leaves(ret) for ret in answer} == real


def test_customers_stand_in_the_order_of_the_list(captured: Books) -> None:
    """One entry among the 146 had been moved by hand."""
    answer = captured.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")
    real = [r.findtext("FullName") for r in rets("024-CustomerQueryRs-146-sample-company.xml", "CustomerRet")]
    ours = [ret.findtext("FullName") for ret in answer]
    moved = [name for name in real if [n for n in real if n != name] == [n for n in ours if n != name]]
    assert ours == real or moved


def test_accounts_stand_by_type_then_number(captured: Books) -> None:
    answer = captured.one("<AccountQueryRq><ActiveStatus>All</ActiveStatus></AccountQueryRq>")
    real = [r.findtext("FullName") for r in rets("025-AccountQueryRs-116-sample-company.xml", "AccountRet")]
    ours = [ret.findtext("FullName") for ret in answer]
    # One account had been added after the list was last sorted and stood at the very end.
    late = "Utilities:Water"
    assert real[-1] == late
    assert [name for name in ours if name != late] == real[:-1]


def test_the_text_is_written_as_quickbooks_writes_it(captured: Books) -> None:
    text = captured.text("<CustomerQueryRq requestID='1'><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")
    real = shared("reference/qbxml/captures/024-CustomerQueryRs-146-sample-company.xml").read_text()
    ours, theirs = sorted(text.splitlines()), sorted(real.replace("\r\n", "\n").splitlines())
    assert ours == theirs
    assert text.startswith('<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n')


def test_what_was_referred_to_and_not_loaded_is_made_up(captured: Books) -> None:
    answer = captured.one("<TermsQueryRq/>")
    names = [ret.findtext("Name") for ret in answer]
    assert "Net 30" in names
    with captured.company.reading():
        rows = captured.company.execute(
            "select count(*) as n from record where made_up and kind = 'StandardTerms'"
        )
        assert rows.fetchone()["n"] == len(names)
        rows = captured.company.execute(
            "select count(*) as n from record where made_up and kind = 'Customer'"
        )
        assert rows.fetchone()["n"] == 0


@pytest.mark.parametrize(
    "name", ["019-HostCompanyPreferencesQueryRs-Pro2006.xml", "022-HostCompanyPreferencesQueryRs-Pro2014.xml"]
)
def test_host_company_and_preferences_come_back(tmp_path: Path, name: str) -> None:
    path = shared(f"reference/qbxml/captures/{name}")
    root = etree.parse(path).getroot()
    with new_file(tmp_path / "hcp.qbs", "HCP") as company:
        with company.writing():
            load(company, [path])
        books = Books(company)
        version = company.switch("qbxml_version")
        owner = root.findtext(".//OwnerID")
        text = books.text(
            f"<HostQueryRq/><CompanyQueryRq><OwnerID>{owner}</OwnerID></CompanyQueryRq><PreferencesQueryRq/>",
            version=version,
        )
    answer = etree.fromstring(text.encode())
    for tag in ("HostRet", "CompanyRet", "PreferencesRet"):
        ours, real = answer.find(f".//{tag}"), root.find(f".//{tag}")
        assert ours is not None
        assert real is not None
        assert leaves(ours) == leaves(real)


def test_an_edit_of_a_loaded_record_changes_nothing_else(captured: Books) -> None:
    """Every other leaf stays, also those that QuickBooks derived in its own way."""
    everyone = captured.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")
    moving = {"/TimeModified", "/EditSequence", "/JobDesc"}
    for before in list(everyone)[:40]:
        answer = captured.mod_customer(before, "<JobDesc>tried</JobDesc>")
        assert answer.get("statusCode") == "0", answer.get("statusMessage")
        assert [one for one in leaves(answer[0]) if one[0] not in moving] == [
            one for one in leaves(before) if one[0] not in moving
        ]
        assert answer[0].findtext("JobDesc") == "tried"
