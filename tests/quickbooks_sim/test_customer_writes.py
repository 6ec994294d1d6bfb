# ruff: noqa: E501 - a request stands on one line, as it is sent
"""CustomerAdd and CustomerMod as an application sends them: what is stored, what moves, and what is refused
(rules.md 14-18, 27-35)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from quickbooks_sim.edit import apply_script
from quickbooks_sim.errors import QuickBooksError
from tests.quickbooks_sim.conftest import Books

GUID = "{11111111-2222-3333-4444-555555555555}"
FULL = (
    "<CompanyName>Ann Co</CompanyName><FirstName>Ann</FirstName><LastName>Lee</LastName>"
    "<BillAddress><Addr1>1 Way</Addr1><City>Harlow</City><State>OH</State><PostalCode>44105</PostalCode></BillAddress>"
    "<ShipToAddress><Name>Home</Name><Addr1>1 Way</Addr1><DefaultShipTo>true</DefaultShipTo></ShipToAddress>"
    "<ShipToAddress><Name>Barn</Name><Addr1>2 Way</Addr1><DefaultShipTo>false</DefaultShipTo></ShipToAddress>"
    "<Phone>555-0101</Phone><Email>ann@example.com</Email><Notes>n</Notes>"
)


def place(name: str, default: str = "false") -> str:
    return f"<ShipToAddress><Name>{name}</Name><Addr1>1</Addr1><DefaultShipTo>{default}</DefaultShipTo></ShipToAddress>"


def stamps(ret: etree._Element) -> tuple[str | None, ...]:
    return tuple(ret.findtext(name) for name in ("TimeCreated", "TimeModified", "EditSequence"))


def test_an_add_answers_with_the_record_as_it_is_stored(books: Books, schema: etree.XMLSchema) -> None:
    text = books.text(
        f"<CustomerAddRq requestID='7'><CustomerAdd><Name>Ann</Name>{FULL}<ExternalGUID>{GUID}</ExternalGUID></CustomerAdd></CustomerAddRq>"
    )
    document = etree.fromstring(text.encode())
    assert schema.validate(document), schema.error_log.last_error
    answer = document[0][0]
    assert (answer.get("requestID"), answer.get("statusCode")) == ("7", "0")
    assert etree.tostring(answer[0]) == etree.tostring(books.customer("Ann")), "a query shows the same"
    assert stamps(answer[0]) == ("2026-03-02T10:00:00-05:00", "2026-03-02T10:00:00-05:00", "1772463600")
    assert answer[0].findtext("ListID") == "80000001-1772463600"
    assert [e.findtext("Name") for e in answer[0].findall("ShipToAddress")] == ["Home", "Barn"]
    assert answer[0].findtext("ShipAddress/Addr1") == "1 Way"


def test_a_mod_moves_the_stamps_and_nothing_that_was_not_sent(books: Books, schema: etree.XMLSchema) -> None:
    before = books.add_customer("Ann", FULL)
    books.set(clock="frozen 2026-03-02T10:00:05")
    after = books.mod_customer(before, "<Phone>555-0199</Phone>")[0]
    assert stamps(after) == ("2026-03-02T10:00:00-05:00", "2026-03-02T10:00:05-05:00", "1772463605")
    changed = {"TimeModified", "EditSequence", "Phone", "AdditionalContactRef"}
    kept = [[etree.tostring(e) for e in ret if e.tag not in changed] for ret in (before, after)]
    assert kept[0] == kept[1]
    assert after.findtext("AdditionalContactRef/ContactValue") == "555-0199"
    document = etree.fromstring(books.text("<CustomerQueryRq/>").encode())
    assert schema.validate(document), schema.error_log.last_error


def test_two_edits_in_one_second_share_a_sequence_and_a_third_reader_cannot_tell(books: Books) -> None:
    """rules.md 30: the sequence of the first edit still opens the second, and proves nothing about the content."""
    first = books.add_customer("Ann")
    second = books.mod_customer(first, "<Phone>1</Phone>")[0]
    assert stamps(second) == stamps(first)
    assert books.mod_customer(first, "<Phone>2</Phone>").get("statusCode") == "0"
    books.set(clock="frozen 2026-03-02T10:00:01")
    assert books.mod_customer(first, "<Phone>3</Phone>").get("statusCode") == "0"
    assert books.mod_customer(first, "<Phone>4</Phone>").get("statusCode") == "3200"


def test_a_stale_sequence_shows_all_of_the_current_record(books: Books, schema: etree.XMLSchema) -> None:
    """Capture 096: the record of now inside the error, and nothing was changed. A sequence of the future is stale too."""
    first = books.add_customer("Ann", FULL)
    books.set(clock="frozen 2026-03-02T10:00:05")
    apply_script(books.company, "customer Ann set phone=2")
    text = books.text(
        f"<CustomerModRq><CustomerMod><ListID>{first.findtext('ListID')}</ListID><EditSequence>{first.findtext('EditSequence')}</EditSequence><Phone>9</Phone></CustomerMod></CustomerModRq>"
    )
    document = etree.fromstring(text.encode())
    assert schema.validate(document), schema.error_log.last_error
    answer = document[0][0]
    assert (answer.get("statusCode"), answer.get("statusSeverity")) == ("3200", "Error")
    assert answer.get("statusMessage") == 'The provided edit sequence "1772463600" is out-of-date. '
    assert etree.tostring(answer[0]) == etree.tostring(books.customer("Ann"))
    assert answer[0].findtext("Phone") == "2"
    ahead = books.one(
        f"<CustomerModRq><CustomerMod><ListID>{first.findtext('ListID')}</ListID><EditSequence>9999999999</EditSequence></CustomerMod></CustomerModRq>"
    )
    assert ahead.get("statusCode") == "3200"
    with_it = books.mod_customer(answer[0], "<Phone>9</Phone>")
    assert with_it.get("statusCode") == "0", "what is shown is enough to send again"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (f"<Name>{'n' * 42}</Name>", "3070"), (f"<CompanyName>{'n' * 42}</CompanyName>", "3070"),
        (f"<FirstName>{'n' * 26}</FirstName>", "3070"), (f"<LastName>{'n' * 26}</LastName>", "3070"),
        (f"<BillAddress><Addr1>{'n' * 42}</Addr1></BillAddress>", "3070"),
        (f"<BillAddress><City>{'n' * 32}</City></BillAddress>", "3070"),
        (f"<BillAddress><State>{'n' * 22}</State></BillAddress>", "3070"),
        (f"<BillAddress><PostalCode>{'n' * 14}</PostalCode></BillAddress>", "3070"),
        (place("n" * 42), "3070"), (f"<Phone>{'1' * 22}</Phone>", "3070"),
        (f"<Email>{'e' * 1024}</Email>", "3070"), (f"<Notes>{'n' * 4096}</Notes>", "3070"),
        ("<Name> </Name>", "3090"), ("<Name></Name>", "3090"), ("<Name>A:B</Name>", "3090"), ("<Name>Held</Name>", "3100"),
        (place("Home") + place(" home "), "3210"), (place(" "), "3210"), (place(""), "3210"),
        (place("A", "true") + place("B", "1"), "3210"),
        ("<ParentRef><FullName>Nobody</FullName></ParentRef>", "3130"),
        ("<ParentRef><FullName>Held</FullName></ParentRef>", "3130"),
        ("<CurrencyRef><FullName>Euro</FullName></CurrencyRef>", "3250"),
        ("<IsActive>maybe</IsActive>", "3010"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("message", ["Add", "Mod"])
def test_what_is_refused_alone_leaves_the_rest_of_the_set_and_the_record(
    books: Books, message: str, fields: str, code: str
) -> None:
    """Facets and rules of the lists are answered per request; nothing of a refused request is stored."""
    apply_script(books.company, "vendor add name=Held\ncustomer add name=Ann phone=1")
    before = etree.tostring(books.customer("Ann"))
    if message == "Mod":
        ids = "".join(
            f"<{name}>{books.customer('Ann').findtext(name)}</{name}>" for name in ("ListID", "EditSequence")
        )
        request = f"<CustomerModRq><CustomerMod>{ids}{fields}</CustomerMod></CustomerModRq>"
    else:
        named = fields if fields.startswith("<Name>") else f"<Name>New</Name>{fields}"
        request = f"<CustomerAddRq><CustomerAdd>{named}</CustomerAdd></CustomerAddRq>"
    answer = books.ask(
        request + "<CustomerAddRq><CustomerAdd><Name>Next</Name></CustomerAdd></CustomerAddRq>"
    )
    assert [one.get("statusCode") for one in answer] == [code, "0"]
    assert etree.tostring(books.customer("Ann")) == before
    assert [ret.findtext("Name") for ret in books.one("<CustomerQueryRq/>")] == ["Ann", "Next"]


@pytest.mark.parametrize(
    "fields",
    [
        f"<ExternalGUID>{GUID}</ExternalGUID>",
        "<Phone>1</Phone><CompanyName>C</CompanyName>",
        "<Sublevel>0</Sublevel>", "<OpenBalance>1.00</OpenBalance>",
        "".join(place(f"P{n}") for n in range(51)),
        "<JobStatus>Sleeping</JobStatus>", "<ShipToAddress><Addr1>1</Addr1></ShipToAddress>",
    ],
)  # fmt: skip
def test_what_a_mod_may_not_hold_refuses_the_whole_set(books: Books, fields: str) -> None:
    """rules.md 14: no statusCode and nothing executed; ExternalGUID and OpenBalance belong to Add alone."""
    ret = books.add_customer("Ann")
    with pytest.raises(QuickBooksError, match="0x80040400"):
        books.mod_customer(ret, fields)
    assert books.customer("Ann").findtext("EditSequence") == ret.findtext("EditSequence")


@pytest.mark.parametrize(
    ("sent", "gone"),
    [
        ("<CompanyName/>", "CompanyName"), ("<FirstName></FirstName>", "FirstName"), ("<Phone/>", "Phone"),
        ("<Email/>", "Email"), ("<Notes/>", "Notes"), ("<BillAddress/>", "BillAddress"),
        ("<BillAddress><Addr1/><City/><State/><PostalCode/></BillAddress>", "BillAddress"), ("<ShipAddress/>", "ShipAddress"),
    ],
)  # fmt: skip
def test_an_empty_element_clears(books: Books, sent: str, gone: str) -> None:
    ret = books.add_customer("Ann", FULL)
    assert ret.find(gone) is not None
    after = books.mod_customer(ret, sent)[0]
    assert after.find(gone) is None
    assert after.find(f"{gone}Block") is None
    assert len(after.findall("ShipToAddress")) == (1 if gone == "ShipAddress" else 2), (
        "the other entries stay"
    )


def test_the_ship_to_list_cannot_be_emptied_by_leaving_it_out(books: Books) -> None:
    ret = books.add_customer("Ann", FULL)
    assert len(books.mod_customer(ret, "<Phone>1</Phone>")[0].findall("ShipToAddress")) == 2


@pytest.mark.parametrize(
    ("reading", "names", "default"),
    [("replace", ["Barn", "Yard"], None), ("merge", ["Home", "Barn", "Yard"], "Home")],
)
def test_a_ship_to_list_in_a_mod_replaces_or_merges(
    books: Books, reading: str, names: list[str], default: str | None
) -> None:
    """rules.md 35 and section 9: an entry that is left out goes or stays."""
    books.set(ship_to_mod=reading)
    ret = books.add_customer("Ann", FULL)
    after = books.mod_customer(ret, place("barn") + place("Yard"))[0]
    entries = after.findall("ShipToAddress")
    assert [(one.findtext("Name") or "").casefold() for one in entries] == [name.casefold() for name in names]
    assert [one.findtext("Name") for one in entries if one.findtext("DefaultShipTo") == "true"] == (
        [default] if default else []
    )
    assert (after.find("ShipAddress") is not None) == (default is not None)


@pytest.mark.parametrize(
    ("reading", "states"),
    [("alone", {"Top": "false", "Top:Job": "true", "Top:Job:Sub": "true", "Top:Old": "false"}),
     ("with_jobs", {"Top": "false", "Top:Job": "false", "Top:Job:Sub": "false", "Top:Old": "false"})],
)  # fmt: skip
@pytest.mark.parametrize("by", ["application", "person"])
def test_making_a_parent_inactive(books: Books, reading: str, states: dict[str, str], by: str) -> None:
    """Nobody has shown what QuickBooks does with active jobs: both are a switch. Making it active wakes nobody."""
    apply_script(
        books.company,
        "customer add name=Top\ncustomer add name=Job parent=Top\ncustomer add name=Sub parent=Top:Job\n"
        f"customer add name=Old parent=Top\ncustomer Top:Old inactive\nswitch inactive_parent={reading}",
    )
    old = books.customer("Top:Old").findtext("EditSequence")
    books.set(clock="frozen 2026-03-02T10:00:05")
    edit: dict[str, Callable[[str], object]] = {
        "application": lambda active: books.mod_customer(
            books.customer("Top"), f"<IsActive>{active}</IsActive>"
        ),
        "person": lambda active: apply_script(
            books.company, f"customer Top {'active' if active == 'true' else 'inactive'}"
        ),
    }
    edit[by]("false")
    assert {name: books.customer(name).findtext("IsActive") for name in states} == states
    moved = {name for name in states if books.customer(name).findtext("EditSequence") == "1772463605"}
    assert moved == {name for name in states if states[name] == "false"} - {"Top:Old"}
    assert books.customer("Top:Old").findtext("EditSequence") == old
    edit[by]("true")
    assert {name: books.customer(name).findtext("IsActive") for name in states} == {**states, "Top": "true"}


def test_a_job_is_moved_and_freed_and_its_balance_goes_with_it(books: Books) -> None:
    apply_script(
        books.company,
        "customer add name=One\ncustomer add name=Two\ncustomer add name=Job parent=One\ncustomer One:Job balance 5.00",
    )
    assert books.customer("One").findtext("TotalBalance") == "5.00"
    job = books.mod_customer(books.customer("One:Job"), "<ParentRef><FullName>two</FullName></ParentRef>")[0]
    assert (job.findtext("FullName"), job.findtext("Sublevel")) == ("Two:Job", "1")
    assert [books.customer(name).findtext("TotalBalance") for name in ("One", "Two")] == ["0.00", "5.00"]
    free = books.mod_customer(job, "<ParentRef/>")[0]
    assert (free.findtext("FullName"), free.findtext("Sublevel"), free.find("ParentRef")) == (
        "Job",
        "0",
        None,
    )


def test_a_parent_and_its_job_in_one_set(books: Books) -> None:
    job = "<CustomerAddRq><CustomerAdd><Name>Job</Name><ParentRef><FullName>Top</FullName></ParentRef></CustomerAdd></CustomerAddRq>"
    top = "<CustomerAddRq><CustomerAdd><Name>Top</Name></CustomerAdd></CustomerAddRq>"
    assert [one.get("statusCode") for one in books.ask(job + top + job + top)] == ["3130", "0", "0", "3100"]


def test_the_company_name_is_never_derived_from_the_name(books: Books) -> None:
    """spec 2.1 writes it on creation for that reason."""
    ret = books.add_customer("Ann")
    assert ret.find("CompanyName") is None
    assert books.mod_customer(ret, "<Name>Anna</Name>")[0].find("CompanyName") is None


def test_a_mod_reaches_only_a_customer(books: Books) -> None:
    apply_script(books.company, "vendor add name=Held")
    vendor = books.one("<VendorQueryRq/>")[0]
    for list_id, code in (
        (vendor.findtext("ListID"), "3120"),
        ("8000007F-1", "3120"),
        ("nonsense", "3000"),
        ("", "3000"),
    ):
        request = f"<CustomerModRq><CustomerMod><ListID>{list_id}</ListID><EditSequence>1</EditSequence></CustomerMod></CustomerModRq>"
        answer = books.one(request)
        assert (answer.get("statusCode"), len(answer)) == (code, 0)


@pytest.mark.parametrize("offset", [-7200, 7200])
def test_a_computer_whose_clock_is_wrong_stamps_by_its_clock(books: Books, offset: int) -> None:
    """The edit made later may bear the earlier stamp; the sequence follows the clock and still opens the record."""
    ret = books.add_customer("Ann")
    second = int(ret.findtext("EditSequence") or 0) + offset
    with books.company.at(second):
        after = books.mod_customer(ret, "<Phone>1</Phone>")[0]
    assert after.findtext("EditSequence") == str(second)
    assert books.mod_customer(ret, "<Phone>2</Phone>").get("statusCode") == "3200"
    assert books.mod_customer(after, "<Phone>2</Phone>").get("statusCode") == "0"
