# ruff: noqa: E501 - a request stands on one line, as it is sent
"""The four lists that share their names (rules.md 27): who holds a name, and what people do to the other three."""

from __future__ import annotations

import pytest
from lxml import etree

from quickbooks_sim.edit import EditError, apply_script
from tests.quickbooks_sim.conftest import Books

EVERYBODY = """
customer add name="Acme" phone=1 addr1="1 Way" city=Harlow
customer add name="Job" parent="Acme"
vendor add name="Bolt Supply" company="Bolt Supply Inc." addr1="2 Way" phone=2 terms=""
employee add name="Dana Whitlock" first=Dana last=Whitlock phone=3 email=dana@example.com notes=Shop
othername add name="Petty cash" company=Office phone=4
"""


def who(books: Books, query: str) -> tuple[str | None, list[tuple[str, str | None]]]:
    answer = books.one(f"<EntityQueryRq>{query}</EntityQueryRq>")
    return answer.get("statusCode"), [(str(ret.tag), ret.findtext("Name")) for ret in answer]


def test_each_list_answers_with_its_own_ret(books: Books, schema: etree.XMLSchema) -> None:
    apply_script(books.company, EVERYBODY)
    names = ("Petty cash", "dana WHITLOCK", "bolt supply", "acme:JOB", "Acme")
    text = books.text(
        "<EntityQueryRq>" + "".join(f"<FullName>{name}</FullName>" for name in names) + "</EntityQueryRq>"
    )
    document = etree.fromstring(text.encode())
    assert schema.validate(document), schema.error_log.last_error
    answer = document[0][0]
    assert answer.get("statusCode") == "0"
    assert [ret.tag for ret in answer] == [
        "OtherNameRet",
        "EmployeeRet",
        "VendorRet",
        "CustomerRet",
        "CustomerRet",
    ]
    assert answer[1].findtext("FirstName") == "Dana"
    assert answer[2].findtext("CompanyName") == "Bolt Supply Inc."
    assert answer[2].findtext("VendorAddress/Addr1") == "2 Way"
    assert answer[3].findtext("ParentRef/FullName") == "Acme"
    ids = "".join(f"<ListID>{ret.findtext('ListID')}</ListID>" for ret in answer)
    assert who(books, ids) == ("0", [(str(ret.tag), ret.findtext("Name")) for ret in answer])


def test_missing_names_are_500_with_the_others_and_filters_without_match_are_1(books: Books) -> None:
    apply_script(books.company, EVERYBODY)
    assert who(books, "<FullName>Nobody</FullName><FullName>Petty cash</FullName>") == (
        "500",
        [("OtherNameRet", "Petty cash")],
    )
    assert who(books, "<FullName>Job</FullName>") == ("500", []), "a job is named with its parents"
    assert who(books, "<ListID>8000007F-1</ListID>") == ("500", [])
    assert who(books, "<ListID>nonsense</ListID>") == ("3000", [])
    assert who(
        books, "<NameFilter><MatchCriterion>StartsWith</MatchCriterion><Name>zz</Name></NameFilter>"
    ) == ("1", [])


def test_filters_go_over_all_four_lists(books: Books) -> None:
    apply_script(books.company, EVERYBODY + "\nvendor 'Bolt Supply' inactive")
    assert who(books, "")[1] == [
        ("CustomerRet", "Acme"), ("CustomerRet", "Job"), ("EmployeeRet", "Dana Whitlock"), ("OtherNameRet", "Petty cash"),
    ]  # fmt: skip
    assert who(books, "<ActiveStatus>InactiveOnly</ActiveStatus>")[1] == [("VendorRet", "Bolt Supply")]
    assert len(who(books, "<ActiveStatus>All</ActiveStatus>")[1]) == 5
    assert who(books, "<FullName>Bolt Supply</FullName>")[1] == [("VendorRet", "Bolt Supply")], (
        "by name it is found inactive"
    )
    only = books.one(
        "<EntityQueryRq><FullName>Petty cash</FullName><IncludeRetElement>ListID</IncludeRetElement></EntityQueryRq>"
    )
    assert [child.tag for child in only[0]] == ["ListID"]


def test_entity_pages_hold_everybody_once(books: Books) -> None:
    apply_script(books.company, EVERYBODY)
    seen: list[str | None] = []
    page = books.one('<EntityQueryRq iterator="Start"><MaxReturned>2</MaxReturned></EntityQueryRq>')
    while True:
        seen += [ret.findtext("Name") for ret in page]
        if page.get("iteratorRemainingCount") == "0":
            break
        page = books.one(
            f'<EntityQueryRq iterator="Continue" iteratorID="{page.get("iteratorID")}"><MaxReturned>2</MaxReturned></EntityQueryRq>'
        )
    assert seen == ["Acme", "Job", "Bolt Supply", "Dana Whitlock", "Petty cash"]


@pytest.mark.parametrize("kind", ["vendor", "employee", "othername"])
def test_a_name_is_taken_moved_and_set_free_by_the_other_lists(books: Books, kind: str) -> None:
    """spec 2.7: a name held by a vendor, employee or other name is a duplicate too."""
    add = "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd></CustomerAddRq>"
    apply_script(books.company, f"{kind} add name=Held")
    assert books.code(add.format("HELD")) == "3100"
    ret = books.add_customer("Ann")
    assert books.mod_customer(ret, "<Name>held</Name>").get("statusCode") == "3100"
    books.set(clock="frozen 2026-03-02T11:00:00")
    apply_script(books.company, f"{kind} Held rename Gone\n{kind} Gone inactive")
    assert who(books, "<FullName>Held</FullName>") == ("500", [])
    assert books.code(add.format("Held")) == "0"
    assert books.code(add.format("gone")) == "3100", "inactive, and the name is taken"
    apply_script(books.company, f"{kind} Gone active\n{kind} Gone delete")
    assert books.code(add.format("gone")) == "0"
    with pytest.raises(EditError, match="already in use"):
        apply_script(books.company, f"{kind} add name=HELD")


def test_a_rename_moves_the_stamps_of_a_vendor(books: Books) -> None:
    apply_script(books.company, "vendor add name=One")
    before = books.one("<EntityQueryRq><FullName>One</FullName></EntityQueryRq>")[0]
    books.set(clock="frozen 2026-03-02T11:00:00")
    apply_script(books.company, "vendor One rename Two")
    after = books.one("<EntityQueryRq><FullName>Two</FullName></EntityQueryRq>")[0]
    assert after.findtext("ListID") == before.findtext("ListID")
    assert int(after.findtext("EditSequence") or 0) == int(before.findtext("EditSequence") or 0) + 3600
