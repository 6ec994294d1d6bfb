"""Real answers: every captured one is read without trouble, and the sample company value by value."""

from __future__ import annotations

import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import Gone, Record
from fieldledger.session.ports import AnswerHead, CompanyInfo, HostInfo, PreferencesInfo
from tests.books.wire import message_set, read, whole, without_heads
from tests.support.shared import ROOT, shared

CAPTURES = "reference/qbxml/captures"
SAMPLE = f"{CAPTURES}/024-CustomerQueryRs-146-sample-company.xml"
TEXTS = {"name": "Name", "company_name": "CompanyName", "first_name": "FirstName", "last_name": "LastName",
         "phone": "Phone", "email": "Email", "terms": "TermsRef/ListID", "tax_code": "SalesTaxCodeRef/ListID",
         "tax_item": "ItemSalesTaxRef/ListID"}  # fmt: skip
LINES = {"line1": "Addr1", "line2": "Addr2", "line3": "Addr3", "line4": "Addr4", "line5": "Addr5", "city": "City",
         "state": "State", "postal_code": "PostalCode", "country": "Country", "note": "Note"}  # fmt: skip
MAPPED = {"ListID", "EditSequence", "TimeModified", "FullName", "IsActive", "Name", "CompanyName", "FirstName",
          "LastName", "Phone", "Email", "BillAddress", "ShipToAddress"}  # fmt: skip


def qbxml(path: Path) -> str:
    """The qbXML of a capture: itself, or what a SOAP envelope carries, or a fragment put into its frame."""
    text = path.read_text(encoding="utf-8")
    if "<soap" in text.lower():
        root = etree.fromstring(text.encode())
        carried = [element.text for element in root.iter("{*}response", "{*}strHCPResponse") if element.text]
        return carried[0] if carried else ""
    return text if "<QBXML" in text else message_set(text)


ANSWERED = sorted(path.name for path in (ROOT / CAPTURES).glob("*.xml") if qbxml(path)) or [Path(SAMPLE).name]
"""Those that carry qbXML; most of the SOAP calls carry none."""


TRIMMED = {
    "093-TermsQueryRs-trimmed.xml": "StandardTermsRet",
    "094-SalesTaxCodeQueryRs-trimmed.xml": "SalesTaxCodeRet",
}
"""Whoever published them left nothing but the name of their entries, which is none we could know again."""


@pytest.mark.parametrize("name", ANSWERED)
def test_every_captured_answer_is_read(name: str) -> None:
    """As text and as bytes; a request is no answer, and is told from one."""
    text = qbxml(shared(f"{CAPTURES}/{name}"))
    items, why = read(text)
    assert read(text.encode()) == (items, why)
    if "QBXMLMsgsRq" in text:
        assert (items, why) == (
            [],
            "it is XML, but not an answer of QuickBooks (there is no QBXMLMsgsRs in it)",
        )
        return
    if name in TRIMMED:
        assert [type(item) for item in items] == [AnswerHead]
        assert why == f"it holds a {TRIMMED[name]} without ListID"
        return
    assert why == ""
    told = etree.fromstring(text.encode()).iter()
    seen = Counter(str(element.tag) for element in told if isinstance(element.tag, str))
    ours = {"CustomerQueryRs", "CustomerAddRs", "CustomerModRs", "HostQueryRs", "CompanyQueryRs", "PreferencesQueryRs",
            "ListDeletedQueryRs"}  # fmt: skip
    assert sum(isinstance(item, AnswerHead) for item in items) == sum(seen[tag] for tag in ours)
    assert sum(isinstance(item, Record) for item in items) == seen["CustomerRet"]
    assert sum(isinstance(item, Gone) for item in items) == seen["ListDeletedRet"]


@pytest.fixture(scope="module")
def sample() -> list[tuple[etree._Element, Record]]:
    """Each captured customer: as lxml reads it, and as we do."""
    path = shared(SAMPLE)
    expected = list(etree.parse(path).iter("CustomerRet"))
    records = [item for item in whole(path.read_text(encoding="utf-8")) if isinstance(item, Record)]
    assert len(expected) == len(records) == 146
    return list(zip(expected, records, strict=True))


def text_of(element: etree._Element, path: str) -> str | None:
    return (element.findtext(path) or "").strip() or None


def address_of(element: etree._Element | None) -> dict[str, str]:
    if element is None:
        return {}
    found = {key: text_of(element, tag) for key, tag in LINES.items()}
    return {key: text for key, text in found.items() if text}


def test_the_sample_company_value_by_value(sample: list[tuple[etree._Element, Record]]) -> None:
    """spec 2.1, 3.4: all 146 customers and jobs with their Ship To lists, parents and references."""
    for ret, record in sample:
        assert record.kind is Kind.CUSTOMER
        assert record.id == ret.findtext("ListID")
        assert record.version == ret.findtext("EditSequence")
        assert record.modified == ret.findtext("TimeModified")
        assert record.full_name == ret.findtext("FullName")
        assert record.parent_id == text_of(ret, "ParentRef/ListID")
        values = dict(record.values)
        assert values.pop("active") == (ret.findtext("IsActive") == "true")
        assert values.pop("billing_address") == (address_of(ret.find("BillAddress")) or None)
        places: list[dict[str, Any]] = [
            {
                "name": place.findtext("Name"),
                "is_default": place.findtext("DefaultShipTo") == "true",
                "address": address_of(place),
            }
            for place in ret.findall("ShipToAddress")
        ]
        assert values.pop("locations") == places
        assert values == {field: text_of(ret, path) for field, path in TEXTS.items()}
    jobs = [record for _, record in sample if record.parent_id]
    known = {record.id for _, record in sample}
    assert len(jobs) > 50
    assert {job.parent_id for job in jobs} <= known
    assert sum(len(record.values["locations"]) for _, record in sample) > 100


def test_the_rest_keeps_everything_that_is_not_mapped(sample: list[tuple[etree._Element, Record]]) -> None:
    """Nothing that QuickBooks told is lost: each element is a value or stands in ``rest`` as it came."""
    for ret, record in sample:
        kept = etree.fromstring(zlib.decompress(record.rest))
        unmapped = [child for child in ret if child.tag not in MAPPED]
        assert [flat(child) for child in kept] == [flat(child) for child in unmapped]
        assert len(unmapped) > 5


def test_references_of_the_sample_company_are_ids(sample: list[tuple[etree._Element, Record]]) -> None:
    """Ids are unique within one list only (rules.md 31): what names a term names no tax."""
    used = {
        key: {record.values[key] for _, record in sample} - {None}
        for key in ("terms", "tax_code", "tax_item")
    }
    assert all(used.values())
    for key, path in (
        ("terms", "TermsRef"),
        ("tax_code", "SalesTaxCodeRef"),
        ("tax_item", "ItemSalesTaxRef"),
    ):
        names = {(ret.findtext(f"{path}/ListID"), ret.findtext(f"{path}/FullName")) for ret, _ in sample}
        assert len(names - {(None, None)}) == len(used[key]), "one id, one name"


def flat(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(part.tag), (part.text or "").strip()) for part in element.iter()]


def outcomes(name: str) -> list[tuple[str, Verdict]]:
    heads = [item for item in whole(qbxml(shared(f"{CAPTURES}/{name}"))) if isinstance(item, AnswerHead)]
    return [(head.outcome.code, head.outcome.verdict) for head in heads]


def test_outcomes_of_captured_trouble() -> None:
    assert outcomes("068-CustomerQueryRs-3120.xml") == [("3120", Verdict.MISSING)]
    assert outcomes("088-CustomerAddRs-batch-mixed.xml") == [
        ("0", Verdict.DONE), ("3100", Verdict.REFUSED), ("3250", Verdict.NOT_ALLOWED), ("3130", Verdict.REFUSED),
        ("0", Verdict.DONE),
    ]  # fmt: skip
    assert outcomes("107-CustomerAddRs-3090-then-3231.xml") == [
        ("3090", Verdict.REFUSED),
        ("3231", Verdict.SKIPPED),
    ]
    # "could not be saved", but only because another user was quicker: the same request may work later
    assert outcomes("043-CustomerAddRs-3180.xml") == [("3180", Verdict.BUSY)]


def test_a_stale_write_brings_the_current_record() -> None:
    """rules.md 30: 3200 with the current CustomerRet inside the error, and QuickBooks' words unchanged."""
    head, record = whole(qbxml(shared(f"{CAPTURES}/096-CustomerModRs-3200-with-current-CustomerRet.xml")))
    assert isinstance(head, AnswerHead)
    assert (head.outcome.verdict, head.outcome.told) == (
        Verdict.STALE, 'The provided edit sequence "1272664823" is out-of-date. ',
    )  # fmt: skip
    assert isinstance(record, Record)
    assert (record.id, record.version) == ("80000003-1271969969", "1272665327")
    assert record.values["billing_address"]["line1"] == "2124 SE Belmont"


def test_a_batch_tells_which_request_made_which_record() -> None:
    items = whole(qbxml(shared(f"{CAPTURES}/088-CustomerAddRs-batch-mixed.xml")))
    made = {}
    for item in items:
        if isinstance(item, AnswerHead):
            current = item.id
        elif isinstance(item, Record):
            made[current] = item.values["name"]
    assert made == {"ext-mix-1": "HG-BATCH-MIX-1785964184-1", "ext-mix-5": "HG-BATCH-MIX-1785964184-5"}


def test_captured_deletion_proves_that_the_record_is_gone() -> None:
    """spec 10.7: a deletion record is a proof."""
    (gone,) = without_heads(whole(qbxml(shared(f"{CAPTURES}/106-ListDeletedQueryRs.xml"))))
    assert gone == Gone(
        kind=Kind.CUSTOMER, id="80000030-1203622308", when="2008-03-18T17:31:12-05:00", full_name="Joe Schmoe"
    )


INTRODUCTIONS = {
    "009-soap-sendRequestXML-first-rq.xml": ("QuickBooks Pro 2006", "5.0", "Test Company"),
    "019-HostCompanyPreferencesQueryRs-Pro2006.xml": ("QuickBooks Pro 2006", "5.0", "Test Company"),
    "022-HostCompanyPreferencesQueryRs-Pro2014.xml": ("QuickBooks Pro 2014", "13.0", "myCompany"),
}


@pytest.mark.parametrize("name", INTRODUCTIONS)
def test_captured_introductions(name: str) -> None:
    """What the Web Connector hands over first: host, company, preferences in one text."""
    product, newest, company_name = INTRODUCTIONS[name]
    items = whole(qbxml(shared(f"{CAPTURES}/{name}")))
    assert [item.id for item in items if isinstance(item, AnswerHead)] == ["0", "1", "2"]
    host, company, preferences = without_heads(items)
    assert isinstance(host, HostInfo)
    assert isinstance(company, CompanyInfo)
    assert isinstance(preferences, PreferencesInfo)
    assert (host.product, host.country, host.file_mode) == (product, "US", "SingleUser")
    assert (host.versions[0], host.versions[-1], host.automatic_login) == ("1.0", newest, False)
    assert (company.name, company.is_sample) == (company_name, False)
    assert [owner for owner, _ in company.file_ids] == [
        "{68b5925b-4347-4784-e58d-35a2d190962f}"
        if "2006" in product
        else "{512349B1-1111-2222-3333-000DE1813D20}"
    ]
    assert company.file_ids[0][1].startswith("{")
    assert preferences.account_numbers is False
    assert preferences.closing_date is None
