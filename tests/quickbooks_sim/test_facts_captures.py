# ruff: noqa: E501 - a response stands on one line, as it is written
"""Real responses come back byte for byte; what cannot be loaded is told; and what is made up is marked.

The captures are not part of the project: without them these tests are skipped, except those with fixtures of our own.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from quickbooks_sim.build import load, new_file
from quickbooks_sim.cli import app
from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.edit import apply_script
from quickbooks_sim.tables.lists import KINDS
from tests.quickbooks_sim.conftest import Books
from tests.support.shared import ROOT, shared

FOLDER = "reference/qbxml/captures"
CUSTOMERS, ACCOUNTS = (
    "024-CustomerQueryRs-146-sample-company.xml",
    "025-AccountQueryRs-116-sample-company.xml",
)
OLD, NEW = "019-HostCompanyPreferencesQueryRs-Pro2006.xml", "022-HostCompanyPreferencesQueryRs-Pro2014.xml"
CAPTURES = (
    sorted(path.name for path in (ROOT / FOLDER).glob("*Rs*.xml"))
    if (ROOT / FOLDER).exists()
    else [CUSTOMERS]
)


def capture(name: str) -> Path:
    return shared(f"{FOLDER}/{name}")


def filled(path: Path, *responses: Path) -> Books:
    company = new_file(path, "Loaded")
    with company.writing():
        load(company, list(responses))
    return Books(company)


def written(folder: Path, name: str, *responses: str) -> Path:
    """A response of our own making, in a file."""
    path = folder / name
    path.write_text(f"<QBXML><QBXMLMsgsRs>{''.join(responses)}</QBXMLMsgsRs></QBXML>", encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "query"), [(CUSTOMERS, "Customer"), (ACCOUNTS, "Account")])
def test_a_captured_list_comes_back_byte_for_byte(captured: Books, name: str, query: str) -> None:
    """The text form too, and the order: one customer and one account had been moved by hand."""
    request = f'<{query}QueryRq requestID="1"><ActiveStatus>All</ActiveStatus></{query}QueryRq>'
    assert captured.text(request).encode("ascii") == capture(name).read_bytes()


def test_the_captured_introduction_comes_back_byte_for_byte(tmp_path: Path) -> None:
    books = filled(tmp_path / "old.qbs", capture(OLD))
    owner = etree.parse(capture(OLD)).findtext(".//OwnerID")
    requests = (
        f'<HostQueryRq requestID="0"/><CompanyQueryRq requestID="1"><OwnerID>{owner}</OwnerID></CompanyQueryRq>'
        '<PreferencesQueryRq requestID="2"/>'
    )
    ours = books.text(requests, version="5.0")
    # The end of the file is the recorder's.
    assert ours.rstrip("\n") == capture(OLD).read_text(encoding="ascii").rstrip("\n")


def test_the_introduction_of_2014_comes_back_but_for_the_blanks_that_its_recorder_removed(
    tmp_path: Path,
) -> None:
    books = filled(tmp_path / "new.qbs", capture(NEW))
    requests = (
        '<HostQueryRq requestID="0"/><CompanyQueryRq requestID="1"><OwnerID>{512349B1-1111-2222-3333-000DE1813D20}</OwnerID>'
        '</CompanyQueryRq><PreferencesQueryRq requestID="2"/>'
    )
    ours = "".join(books.text(requests).splitlines()[1:])
    assert ours == capture(NEW).read_text(encoding="ascii").strip()


def values(element: etree._Element, path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for child in element:
        where = f"{path}/{child.tag!s}"
        found += values(child, where) if len(child) else [(where, child.text or "")]
    return found


@pytest.mark.parametrize("name", CAPTURES)
def test_every_capture_is_loaded_whole_or_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    """Ids, times and every value are kept; what the simulator does not keep is said; a refusal leaves no file."""
    file = tmp_path / "loaded.qbs"
    result = CliRunner().invoke(app, ["new", str(file), "--load", str(capture(name))])
    if result.exit_code:
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")
        assert not file.exists()
        return
    assert "loaded: " in result.stdout or "not kept: " in result.stdout
    rets = [one for one in etree.parse(capture(name)).iter() if str(one.tag).removesuffix("Ret") in KINDS]
    with CompanyFile.open(file) as company:
        books = Books(company)
        for ret in rets:
            kind, list_id = str(ret.tag).removesuffix("Ret"), ret.findtext("ListID")
            answer = books.one(f"<{kind}QueryRq><ListID>{list_id}</ListID></{kind}QueryRq>")
            # Two fixtures were re-ordered by those who recorded them: ours stand in the official order.
            assert sorted(values(answer[0])) == sorted(values(ret)), list_id


def test_the_captures_are_loaded_together(tmp_path: Path) -> None:
    """Terms and a tax code that were recorded elsewhere find their place beside the sample company."""
    names = (NEW, CUSTOMERS, ACCOUNTS, "088-CustomerAddRs-batch-mixed.xml", "040-DataExtDefQueryRs-OwnerID0.xml",
             "096-CustomerModRs-3200-with-current-CustomerRet.xml")  # fmt: skip
    books = filled(tmp_path / "all.qbs", *(capture(name) for name in names))
    everyone = books.ask("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")[0]
    assert len(everyone) == 146 + 2 + 1
    fields = books.one("<DataExtDefQueryRq><OwnerID>0</OwnerID></DataExtDefQueryRq>")
    assert [one.findtext("DataExtName") for one in fields][:2] == ["Carrier", "Company Type"]
    # The custom fields can be used.
    target = "<ListDataExtType>Customer</ListDataExtType><ListObjRef><FullName>John Hancock qb</FullName></ListObjRef>"
    write = f"<OwnerID>0</OwnerID><DataExtName>Carrier</DataExtName>{target}<DataExtValue>van</DataExtValue>"
    assert books.code(f"<DataExtModRq><DataExtMod>{write}</DataExtMod></DataExtModRq>") == "0"
    # New ids run on above those that were loaded.
    assert (books.add_customer("New").findtext("ListID") or "").startswith("8000274E-")


def test_a_stale_edit_of_a_captured_customer_is_answered_as_it_was_captured(tmp_path: Path) -> None:
    """Capture 096: the same request to the loaded record gives the same 3200, byte for byte but for the offset's year."""
    name = "096-CustomerModRs-3200-with-current-CustomerRet.xml"
    books = filled(tmp_path / "one.qbs", capture(name))
    text = books.text(
        '<CustomerModRq requestID="0"><CustomerMod><ListID>80000003-1271969969</ListID><EditSequence>1272664823</EditSequence>'
        "<Phone>1</Phone></CustomerMod></CustomerModRq>"
    )
    real = capture(name).read_text(encoding="ascii").strip().splitlines()
    assert text.splitlines()[1:] == real
    # The message above ends with its blank, as captured.
    assert 'out-of-date. "' in text


def test_a_moved_entry_stays_where_it_was_put_until_its_name_changes(captured: Books) -> None:
    def order() -> list[str | None]:
        answer = captured.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")
        return [one.findtext("FullName") for one in answer]

    before = order()
    assert before[-1] == "Overhead"
    apply_script(
        captured.company, 'customer "Overhead" set phone=1\ncustomer "Abercrombie, Kristy" set phone=2'
    )
    assert order() == before
    apply_script(captured.company, 'customer "Overhead" rename "Overheads"')
    assert order()[-1] != "Overheads"
    assert [name for name in order() if name != "Overheads"] == before[:-1]


def customer(list_id: str, name: str, more: str = "", full_name: str = "", parent: str = "") -> str:
    level = (full_name or name).count(":")
    return (
        f"<CustomerRet><ListID>{list_id}</ListID><TimeCreated>2020-01-02T03:04:05-05:00</TimeCreated>"
        f"<TimeModified>2020-01-02T03:04:05-05:00</TimeModified><EditSequence>1577952245</EditSequence><Name>{name}</Name>"
        f"<FullName>{full_name or name}</FullName><IsActive>true</IsActive>{parent}<Sublevel>{level}</Sublevel>{more}"
        "<Balance>0.00</Balance><TotalBalance>0.00</TotalBalance></CustomerRet>"
    )


def answer_of(*rets: str, query: str = "CustomerQuery") -> str:
    return f'<{query}Rs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK">{"".join(rets)}</{query}Rs>'


def test_what_is_referred_to_and_missing_is_made_up_with_the_names_it_was_called_by(tmp_path: Path) -> None:
    """Also names with levels, and a job whose parents were not in the response: every reference comes back as it was."""
    one = customer(
        "80000009-1577952245", "Boiler", full_name="House:Annex:Boiler",
        parent="<ParentRef><ListID>80000008-1577952200</ListID><FullName>House:Annex</FullName></ParentRef>",
        more="<CustomerTypeRef><ListID>80000001-1577900000</ListID><FullName>From advertisement:Radio</FullName></CustomerTypeRef>"
        "<TermsRef><ListID>80000002-1577900000</ListID><FullName>2% 10 Net 45</FullName></TermsRef>",
    )  # fmt: skip
    # A vendor of the same name as a customer that is only referred to.
    vendor = (
        "<VendorRet><ListID>80000001-1577952245</ListID><TimeCreated>2020-01-02T03:04:05-05:00</TimeCreated><TimeModified>"
        "2020-01-02T03:04:05-05:00</TimeModified><EditSequence>1577952245</EditSequence><Name>House</Name>"
        "<IsActive>true</IsActive><Balance>0.00</Balance></VendorRet>"
    )
    path = written(tmp_path, "r.xml", answer_of(one), answer_of(vendor, query="VendorQuery"))
    books = filled(tmp_path / "c.qbs", path)
    back = books.one("<CustomerQueryRq><ListID>80000009-1577952245</ListID></CustomerQueryRq>")[0]
    assert sorted(values(back)) == sorted(values(etree.fromstring(one)))
    with books.company.reading():
        rows = books.company.execute(
            "select kind, full_name from record where made_up order by kind, sublevel"
        ).fetchall()
    made_up = [(row["kind"], row["full_name"]) for row in rows]
    assert made_up[:1] == [("Customer", "House (made up)")], "the vendor has the name; it cannot be had twice"
    assert ("CustomerType", "From advertisement:Radio") in made_up
    terms = books.one("<StandardTermsQueryRq><FullName>2% 10 Net 45</FullName></StandardTermsQueryRq>")[0]
    assert [terms.findtext(one) for one in ("StdDueDays", "StdDiscountDays", "DiscountPct")] == [
        "45",
        "10",
        "2.00",
    ]
    shown = CliRunner().invoke(app, ["show", str(tmp_path / "c.qbs")]).stdout
    assert "From advertisement:Radio  [made up]" in shown


ROUND = {
    "Vendor": "<Name>Acme</Name><IsActive>false</IsActive><CompanyName>Acme &amp; Co</CompanyName><VendorAddress><Addr1>1 Way</Addr1><City>Town</City></VendorAddress>"
    "<VendorAddressBlock><Addr1>1 Way</Addr1><Addr2>Town</Addr2></VendorAddressBlock><Phone>1</Phone><NameOnCheck>Acme</NameOnCheck>"
    "<IsVendorEligibleFor1099>true</IsVendorEligibleFor1099><Balance>-12.50</Balance>",
    "Account": "<Name>Tools</Name><FullName>Tools</FullName><IsActive>true</IsActive><Sublevel>0</Sublevel><AccountType>Expense</AccountType>"
    "<AccountNumber>6100</AccountNumber><Desc>Caf&#233; &quot;tools&quot;</Desc><Balance>3.00</Balance><TotalBalance>3.00</TotalBalance>"
    "<TaxLineInfoRet><TaxLineID>1489</TaxLineID><TaxLineName>B/S-Assets: Cash</TaxLineName></TaxLineInfoRet><CashFlowClassification>NotApplicable</CashFlowClassification>",
    "StandardTerms": "<Name>Net 7</Name><IsActive>true</IsActive><StdDueDays>7</StdDueDays><StdDiscountDays>0</StdDiscountDays><DiscountPct>0.00</DiscountPct>",
    "DateDrivenTerms": "<Name>5th</Name><IsActive>true</IsActive><DayOfMonthDue>5</DayOfMonthDue><DueNextMonthDays>3</DueNextMonthDays><DiscountPct>1.50</DiscountPct>",
    "SalesTaxCode": "<Name>Lbr</Name><IsActive>true</IsActive><IsTaxable>false</IsTaxable><Desc>Labour</Desc>",
    "ItemSalesTax": "<Name>County</Name><IsActive>true</IsActive><ItemDesc>County tax</ItemDesc><TaxRate>7.25</TaxRate>",
}


@pytest.mark.parametrize("kind", sorted(ROUND))
def test_records_of_every_kind_come_back_as_they_were(tmp_path: Path, kind: str) -> None:
    """Fixtures of our own, one of a kind, with old-style ids and a summer stamp."""
    head = (
        "<ListID>2A0000-1120000000</ListID><TimeCreated>2005-06-28T19:06:40-05:00</TimeCreated>"
        "<TimeModified>2020-07-02T03:04:05-05:00</TimeModified><EditSequence>1577952245</EditSequence>"
    )
    ret = f"<{kind}Ret>{head}{ROUND[kind]}</{kind}Ret>"
    path = written(tmp_path, "r.xml", answer_of(ret, query=f"{kind}Query"))
    books = filled(tmp_path / "c.qbs", path)
    text = books.text(f"<{kind}QueryRq><ListID>2A0000-1120000000</ListID></{kind}QueryRq>")
    assert "".join(text.splitlines()[4:-3]) == ret
    # The next id of the list runs on above it, in the style of the file.
    books.set(list_id_style="old")
    with books.company.writing():
        from quickbooks_sim.records import new_list_id

        assert new_list_id(books.company, KINDS[kind].space, 7) == "2B0000-7"


def test_rights_in_a_loaded_introduction_are_obeyed(tmp_path: Path) -> None:
    """IsPersonalDataAccessAllowed false: such fields are left out without an error."""
    rights = "<CurrentAppAccessRights><IsAutomaticLoginAllowed>true</IsAutomaticLoginAllowed><IsPersonalDataAccessAllowed>false</IsPersonalDataAccessAllowed></CurrentAppAccessRights>"
    company = "<CompanyRet><IsSampleCompany>false</IsSampleCompany><CompanyName>C</CompanyName><SSN>1</SSN></CompanyRet>"
    path = written(
        tmp_path, "r.xml", answer_of(company, query="CompanyQuery"),
        answer_of(f"<PreferencesRet>{rights}</PreferencesRet>", query="PreferencesQuery"),
    )  # fmt: skip
    books = filled(tmp_path / "c.qbs", path)
    assert books.one("<CompanyQueryRq/>")[0].find("SSN") is None
    assert books.one("<PreferencesQueryRq/>")[0].findtext(".//IsPersonalDataAccessAllowed") == "false"
    books.set(personal_data="true")
    assert books.one("<CompanyQueryRq/>")[0].findtext("SSN") == "1"
    assert books.one("<PreferencesQueryRq/>")[0].findtext(".//IsPersonalDataAccessAllowed") == "true"


@pytest.mark.parametrize(
    ("response", "part"),
    [
        (answer_of(customer("1-1", "A") + customer("1-1", "B")), "stands twice"),
        (answer_of(customer("1-1", "A") + customer("2-1", "a")), "already in use"),
        (answer_of("<CustomerRet><Name>A</Name></CustomerRet>"), "without ListID or Name"),
        (answer_of(customer("1-1", "A").replace("0.00", "much")), "Balance is 'much'"),
        (answer_of(customer("1-1", "A").replace("2020-01-02T03:04:05", "yesterday")), "TimeModified is 'yesterday-05:00'"),
        ("<CustomerQueryRs/><CustomerRet/>", "holds no qbXML response"),
    ],
)  # fmt: skip
def test_a_response_that_cannot_be_true_is_refused_with_a_reason(
    tmp_path: Path, response: str, part: str
) -> None:
    path = written(tmp_path, "r.xml", response)
    with new_file(tmp_path / "c.qbs", "C") as company:
        with pytest.raises(CompanyFileError, match=part), company.writing():
            load(company, [path])
        assert Books(company).code("<CustomerQueryRq/>") == "1", "nothing was loaded half"


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", b"<QBXML>", b'<!DOCTYPE x [<!ENTITY e "x">]><QBXML/>', b'<?xml version="1.0" encoding="ebcdic-zz"?><QBXML/>', b""],
)  # fmt: skip
def test_a_file_that_is_no_response_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.xml"
    path.write_bytes(content)
    result = CliRunner().invoke(app, ["new", str(tmp_path / "c.qbs"), "--load", str(path)])
    assert (result.exit_code, str(path) in result.stderr) == (2, True), result.stderr
    assert not (tmp_path / "c.qbs").exists()
