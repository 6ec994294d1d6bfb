# ruff: noqa: E501 - a request stands on one line, as it is sent
"""What QuickBooks tells of itself, its company and its preferences, and the sessions that it grants."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from quickbooks_sim.build import new_file
from quickbooks_sim.edit import apply_script
from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.tables.company import GROUP_ORDER
from quickbooks_sim.tables.switches import QBXML_VERSIONS, SWITCHES, check_switch
from tests.quickbooks_sim.conftest import Books
from tests.support.shared import shared

INTRODUCTION = '<HostQueryRq requestID="0"/><CompanyQueryRq requestID="1"><OwnerID>{}</OwnerID></CompanyQueryRq><PreferencesQueryRq requestID="2"/>'
OWNER = "{11111111-2222-3333-4444-555555555555}"


def test_a_new_company_is_open_in_a_quickbooks_of_2022_that_knows_its_qbxml(tmp_path: Path) -> None:
    """rules.md 51: 2022 is 15.0; the guide's edition. 13.0 is answered all the same, 16.0 is not."""
    with new_file(tmp_path / "c.qbs", "C") as company:
        books = Books(company)
        host = books.one("<HostQueryRq/>")[0]
        assert host.findtext("ProductName") == "QuickBooks Enterprise Solutions: Contractor 22.0"
        assert host.findtext("MajorVersion") == "32"
        versions = [one.text for one in host.findall("SupportedQBXMLVersion")]
        assert versions == list(QBXML_VERSIONS[: QBXML_VERSIONS.index("15.0") + 1])
        assert books.processor.supported_version() == (15, 0)
        for version in ("13.0", "15.0"):
            assert 'statusCode="0"' in books.text("<HostQueryRq/>", version=version)
        with pytest.raises(QuickBooksError, match="0x80040423"):
            books.text("<HostQueryRq/>", version="16.0")


def test_the_introduction_is_valid_in_every_state(sample: Books, schema: etree.XMLSchema) -> None:
    """rules.md 5, and the order of captures 019 and 022: host, company, preferences."""
    states = (
        "mode multi", "switch country=UK", "switch access=no_auto_login", "switch personal_data=false",
        "preference ClosingDate=2025-12-31", "preference IsUsingInventory=false IsMultiCurrencyOn=true",
        'company CompanyName="A &amp; B" Phone="" EIN=12-3456789', 'host ProductName="QuickBooks Pro 2014" MajorVersion=24',
        "switch qbxml_version=13.0", 'taxitem "Alder County" rename "A"',
    )  # fmt: skip
    sample.processor.store_private_data(OWNER, "FileID", "{1}")
    for script in ("clock real", *states):
        apply_script(sample.company, script)
        document = etree.fromstring(sample.text(INTRODUCTION.format(OWNER)).encode())
        assert schema.validate(document), (script, schema.error_log.last_error)
        assert [one.tag for one in document[0]] == ["HostQueryRs", "CompanyQueryRs", "PreferencesQueryRs"]
        assert document.findtext(".//DataExtRet/DataExtValue") == "{1}"
    assert document.findtext(".//QBFileMode") == "MultiUser"
    assert document.findtext(".//Country") == "UK"
    assert document.findtext(".//ClosingDate") == "2025-12-31"
    assert document.findtext(".//DefaultItemSalesTaxRef/FullName") == "A"
    assert document.findtext(".//IsAutomaticLoginAllowed") == "false"


def test_the_shape_is_that_of_the_captured_introduction(sample: Books) -> None:
    """Every element of capture 022 that ours has stands in the same order, group by group; SalesTax stands as in 019."""
    root = etree.parse(
        shared("reference/qbxml/captures/022-HostCompanyPreferencesQueryRs-Pro2014.xml")
    ).getroot()
    ours = etree.fromstring(sample.text(INTRODUCTION.format(OWNER)).encode())
    for tag in ("HostRet", "PreferencesRet"):
        real, mine = root.find(f".//{tag}"), ours.find(f".//{tag}")
        assert real is not None
        assert mine is not None
        shared_tags = [one.tag for one in real if mine.find(str(one.tag)) is not None]
        assert [
            one.tag for one in mine if real.find(str(one.tag)) is not None
        ] == shared_tags or tag == "HostRet"
        for group in real:
            same = mine.find(str(group.tag))
            if same is not None and len(group):
                assert [one.tag for one in same][: len(group)] == [one.tag for one in group]
    old = etree.parse(
        shared("reference/qbxml/captures/019-HostCompanyPreferencesQueryRs-Pro2006.xml")
    ).getroot()
    real, mine = old.find(".//SalesTaxPreferences"), ours.find(".//SalesTaxPreferences")
    assert real is not None
    assert mine is not None
    assert [one.tag for one in mine] == [one.tag for one in real]
    assert mine.getprevious().tag == real.getprevious().tag == "SalesAndCustomersPreferences"  # type: ignore[union-attr]


def test_capacities_come_only_when_they_are_asked_for(books: Books) -> None:
    ask = "<HostQueryRq><IncludeListMetaData><IncludeMaxCapacity>{}</IncludeMaxCapacity></IncludeListMetaData></HostQueryRq>"
    assert books.one(ask.format("true"))[0].findtext("ListMetaData/EntityMetaData/MaxCapacity") == "14500"
    assert books.one(ask.format("false"))[0].find("ListMetaData") is None
    assert books.one("<HostQueryRq/>")[0].find("ListMetaData") is None


def test_company_activity_tells_of_restores_and_nothing_else(books: Books, schema: etree.XMLSchema) -> None:
    """Spec 8.2. Absent if never; wall time with the offset of standard time, as everything else."""
    assert len(books.one("<CompanyActivityQueryRq/>")[0]) == 0
    books.set(last_condense="1782921600")
    apply_script(books.company, "clock frozen 2026-07-01T12:00:00")
    backup = books.company.path.with_name("backup.qbs")
    apply_script(books.company, f'backup "{backup}"')
    apply_script(books.company, f'restore "{backup}"')
    text = books.text("<CompanyActivityQueryRq/>")
    document = etree.fromstring(text.encode())
    assert schema.validate(document), schema.error_log.last_error
    assert document.findtext(".//LastRestoreTime") == "2026-07-01T12:00:00-05:00"
    assert document.findtext(".//LastCondenseTime") == "2026-07-01T12:00:00-05:00"
    # A second restore moves it again.
    apply_script(books.company, "clock frozen 2026-07-02T12:00:00")
    apply_script(books.company, f'restore "{backup}"')
    assert (
        books.one("<CompanyActivityQueryRq/>")[0].findtext("LastRestoreTime") == "2026-07-02T12:00:00-05:00"
    )


def test_sessions_are_granted_or_refused_and_tickets_die(books: Books) -> None:
    """Section 8, company state, and rule 48: each refusal has its own HRESULT; a ticket is good until its session ends."""
    processor = books.processor
    with pytest.raises(QuickBooksError, match="0x8004040D"):
        processor.process_request("{nobody}", "")
    second = processor.begin_session("")
    processor.end_session(books.ticket)
    with pytest.raises(QuickBooksError, match="0x8004040D"):
        books.text("<HostQueryRq/>")
    with pytest.raises(QuickBooksError, match="0x8004040D"):
        processor.end_session(books.ticket)
    books.ticket = second
    books.text("<HostQueryRq/>")
    processor.close_connection()
    with pytest.raises(QuickBooksError, match="0x80040401"):
        processor.begin_session("")
    books.begin()
    # A dialog box that opens in the middle of a session.
    books.set(dialog="open")
    with pytest.raises(QuickBooksError, match="0x80040414"):
        books.text("<HostQueryRq/>")
    books.set(dialog="closed")
    books.text("<HostQueryRq/>")
    # The file by its path when QuickBooks is not open; another path is another file.
    books.set(open="false")
    assert processor.begin_session(processor.company_path())
    assert processor.begin_session(str(books.company.path))
    with pytest.raises(QuickBooksError, match="0x80040403"):
        processor.begin_session(r"C:\elsewhere\x.qbw")
    books.set(access="no_auto_login")
    with pytest.raises(QuickBooksError, match="0x8004041D"):
        processor.begin_session(processor.company_path())
    books.set(open="true")
    assert processor.begin_session("")


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_every_switch_explains_itself_and_takes_only_what_it_knows(books: Books, name: str) -> None:
    switch = SWITCHES[name]
    assert switch.meaning
    assert check_switch(name, switch.default) == "" or switch.default == ""
    for nonsense in ("\x00", "never heard of", "-", "99999999999999999999x"):
        if name == "company_path":
            continue
        with pytest.raises(ValueError, match=name):
            books.company.set_switch(name, nonsense)
    for word in switch.words:
        books.company.set_switch(name, word)
        assert books.company.switch(name) == word


def test_preferences_that_can_be_set_have_an_order_of_their_group(schema: etree.XMLSchema) -> None:
    """The groups that an edit may change are those of the official answer, element for element."""
    root = etree.parse(shared("reference/qbxml/xsd-13.0/qbxml130.xsd")).getroot()
    xs = "{http://www.w3.org/2001/XMLSchema}"
    elements = {str(one.get("name")): one for one in root.findall(f"{xs}element")}
    for group, order in GROUP_ORDER.items():
        official = [str(one.get("name") or one.get("ref")) for one in elements[group].iter(f"{xs}element")][
            1:
        ]
        assert [name for name in official if name in order] == list(order), group
