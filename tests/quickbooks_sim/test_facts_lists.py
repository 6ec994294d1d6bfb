# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Lists as QuickBooks keeps them: one name space, references, deletions, what the preferences hold fast."""

from __future__ import annotations

import itertools

import pytest
from lxml import etree

from quickbooks_sim.edit import EditError, apply_script
from quickbooks_sim.errors import QuickBooksError
from tests.quickbooks_sim.conftest import Books

KINDS = ("customer", "vendor", "employee", "othername")
GUID = "{11111111-2222-3333-4444-555555555555}"


def delete(kind: str, list_id: str | None) -> str:
    return f"<ListDelRq><ListDelType>{kind}</ListDelType><ListID>{list_id}</ListID></ListDelRq>"


def one_id(books: Books, query: str, name: str) -> str:
    found = books.one(f"<{query}QueryRq><FullName>{name}</FullName></{query}QueryRq>")[0].findtext("ListID")
    assert found
    return found


@pytest.mark.parametrize(("first", "second"), list(itertools.product(KINDS, KINDS)))
def test_one_name_space_for_four_lists(books: Books, first: str, second: str) -> None:
    """Rule 27: a clash is 3100, without case, and an inactive record holds its name too."""
    apply_script(books.company, f'{first} add name="Acme"\n{first} Acme inactive')
    with pytest.raises(EditError, match='The name "ACME" of the list element is already in use'):
        apply_script(books.company, f'{second} add name="ACME"')
    if first != "customer":
        add = "<CustomerAddRq><CustomerAdd><Name>aCME</Name></CustomerAdd></CustomerAddRq>"
        assert books.code(add) == "3100"
    # The name is free again once the record is deleted.
    apply_script(books.company, f'{first} Acme delete\n{second} add name="ACME"')


def test_accounts_items_and_terms_have_names_of_their_own(books: Books) -> None:
    apply_script(
        books.company,
        "customer add name=Same\naccount add name=Same type=Bank\ntaxitem add name=Same\nterms add name=Same\n"
        "taxcode add name=Sam taxable=true",
    )
    with pytest.raises(EditError, match="already in use"):
        apply_script(books.company, "dateterms add name=SAME day=1")


def test_a_job_may_bear_the_name_of_anybody(books: Books) -> None:
    """Only the full name must be unique."""
    apply_script(
        books.company,
        'vendor add name=Acme\ncustomer add name=Baker\ncustomer add name=Acme parent=Baker\ncustomer add name=Acme parent="Baker:Acme"',
    )
    assert books.customer("BAKER:acme:ACME").findtext("FullName") == "Baker:Acme:Acme"
    with pytest.raises(EditError, match="already in use"):
        apply_script(books.company, 'customer "Baker:Acme" under ""')


@pytest.mark.parametrize(
    ("element", "kind", "setup"),
    [
        ("TermsRef", "StandardTerms", "terms add name=One\nterms add name=Two"),
        ("TermsRef", "DateDrivenTerms", "dateterms add name=One day=1\ndateterms add name=Two day=2"),
        ("SalesTaxCodeRef", "SalesTaxCode", "taxcode add name=One taxable=true\ntaxcode add name=Two taxable=true"),
        ("ItemSalesTaxRef", "ItemSalesTax", "taxitem add name=One\ntaxitem add name=Two"),
        ("ParentRef", "Customer", "customer add name=One\ncustomer add name=Two"),
    ],
)  # fmt: skip
def test_the_list_id_of_a_reference_wins_over_its_name(
    books: Books, element: str, kind: str, setup: str
) -> None:
    """Rule 18; and the target may be inactive (rule 32), and is found without case."""
    apply_script(books.company, setup)
    word = setup.split()[0]
    one = one_id(books, kind, "One")
    name = "Two" if kind == "SalesTaxCode" else "Nobody"
    both = f"<{element}><ListID>{one}</ListID><FullName>{name}</FullName></{element}>"
    assert books.add_customer("A", both).findtext(f"{element}/FullName") == "One"
    apply_script(books.company, f"{word} Two inactive")
    assert (
        books.add_customer("B", f"<{element}><FullName>tWO</FullName></{element}>").findtext(
            f"{element}/FullName"
        )
        == "Two"
    )
    # A reference shows the name that its target has now.
    apply_script(books.company, f"{word} One rename Uno")
    ret = next(
        iter(
            books.one(
                f"<CustomerQueryRq><FullName>{'Uno:A' if kind == 'Customer' else 'A'}</FullName></CustomerQueryRq>"
            )
        )
    )
    assert ret.findtext(f"{element}/FullName") == "Uno"
    assert ret.findtext(f"{element}/ListID") == one


def test_colons_and_blanks_in_names(books: Books) -> None:
    """Rule 28: 3090, not a schema error. Names are kept without blanks around them."""
    for name in ("A:B", ":", "A :"):
        answer = books.one(f"<CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq>")
        assert answer.get("statusCode") == "3090"
        assert (
            '"customer name" field.  QuickBooks error message: Names in this list cannot contain a colon.'
            in (answer.get("statusMessage") or "")
        )
        assert books.code(f"<VendorAddRq><VendorAdd><Name>{name}</Name></VendorAdd></VendorAddRq>") == "3090"
    assert books.add_customer("  Ann  ").findtext("Name") == "Ann"
    ret = books.add_customer("Bob")
    for name, code in (("A:B", "3090"), ("ann", "3100"), ("BOB", "0"), ("", "3090")):
        assert books.mod_customer(books.customer("bob"), f"<Name>{name}</Name>").get("statusCode") == code
    assert books.customer("Bob").findtext("Name") == "BOB"
    assert books.customer("Bob").findtext("ListID") == ret.findtext("ListID")


def test_deletions_are_told_for_ninety_days_of_the_types_that_are_named(books: Books) -> None:
    """Rule 34."""
    for day, script in (
        (
            "2026-01-01",
            "customer add name=Ann\nvendor add name=Vic\ncustomer add name=Bob\nterms add name=Net",
        ),
        ("2026-01-02", "customer Ann delete\nvendor Vic delete"),
        ("2026-01-12", "customer Bob delete\nterms Net delete"),
    ):
        apply_script(books.company, f"clock frozen {day}T12:00:00\n{script}")

    def deleted(types: str, more: str = "") -> list[str | None]:
        kinds = "".join(f"<ListDelType>{kind}</ListDelType>" for kind in types.split())
        answer = books.one(f"<ListDeletedQueryRq>{kinds}{more}</ListDeletedQueryRq>")
        assert answer.get("statusCode") == ("0" if len(answer) else "1")
        return [one.findtext("FullName") for one in answer]

    assert deleted("Customer") == ["Ann", "Bob"]
    assert deleted("Vendor StandardTerms Account Customer Customer") == ["Vic", "Net", "Ann", "Bob"]
    since = "<DeletedDateRangeFilter><FromDeletedDate>2026-01-03</FromDeletedDate></DeletedDateRangeFilter>"
    assert deleted("Customer", since) == ["Bob"]
    until = "<DeletedDateRangeFilter><ToDeletedDate>2026-01-02</ToDeletedDate></DeletedDateRangeFilter>"
    assert deleted("Customer", until) == ["Ann"]
    # Ninety days to the second (they run over the change to summer time, so by the clock an hour more).
    books.set(clock="frozen 2026-04-02T13:00:00")
    assert deleted("Customer") == ["Ann", "Bob"]
    books.set(clock="frozen 2026-04-02T13:00:01")
    assert deleted("Customer") == ["Bob"]
    books.set(clock="frozen 2027-01-01T00:00:00")
    assert deleted("Customer Vendor StandardTerms") == []


def test_a_deletion_record_is_as_captured(books: Books) -> None:
    """Captures 030 and 106: flat answer, wrapper in the query, the same names in the same order."""
    ret = books.add_customer("Ann")
    gone = books.one(delete("Customer", ret.findtext("ListID")))
    assert [child.tag for child in gone] == ["ListDelType", "ListID", "TimeDeleted", "FullName"]
    told = books.one("<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>")[0]
    assert [child.tag for child in told] == [
        "ListDelType",
        "ListID",
        "TimeCreated",
        "TimeDeleted",
        "FullName",
    ]
    assert told.findtext("TimeCreated") == ret.findtext("TimeCreated")
    assert told.findtext("TimeDeleted") == gone.findtext("TimeDeleted") == "2026-03-02T10:00:00-05:00"


@pytest.mark.parametrize("switch", ["inactive", "refuse"])
def test_in_multi_user_mode_a_used_record_is_in_use_and_nothing_is_ever_deleted(
    books: Books, switch: str
) -> None:
    """Rule 33. What is kept inactive is no deletion: no deletion record, the ID answers, the name stays taken."""
    apply_script(
        books.company,
        f"customer add name=Top\ncustomer add name=Job parent=Top\nmode multi\nswitch list_del_multi_user={switch}",
    )
    assert books.code(delete("Customer", one_id(books, "Customer", "Top"))) == "3176"
    job = one_id(books, "Customer", "Top:Job")
    assert books.code(delete("Customer", job)) == ("0" if switch == "inactive" else "3160")
    assert books.code("<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>") == "1"
    kept = books.one(f"<CustomerQueryRq><ListID>{job}</ListID></CustomerQueryRq>")[0]
    assert kept.findtext("IsActive") == ("false" if switch == "inactive" else "true")
    with pytest.raises(EditError, match="single-user mode"):
        apply_script(books.company, "customer Top:Job delete")


def test_the_preferences_hold_their_tax_item_and_codes_fast_and_follow_their_names(sample: Books) -> None:
    """Rule 37: the two default codes cannot be deleted, by nobody, under whatever name."""
    apply_script(sample.company, "taxitem add name=Spare\ntaxcode add name=Sp taxable=false")
    for customer in sample.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>"):
        full_name = customer.findtext("FullName")
        apply_script(sample.company, f'customer "{full_name}" set taxitem=Spare taxcode=Sp')
    apply_script(sample.company, 'taxcode Tax rename Txb\ntaxitem "Alder County" rename "Alder Co"')
    for kind, name in (("ItemSalesTax", "Alder Co"), ("SalesTaxCode", "Txb"), ("SalesTaxCode", "Non")):
        assert sample.code(delete(kind, one_id(sample, kind, name))) == "3176", name
        word = "taxitem" if kind == "ItemSalesTax" else "taxcode"
        with pytest.raises(EditError, match="The list element is in use"):
            apply_script(sample.company, f'{word} "{name}" delete')
    preferences = sample.one("<PreferencesQueryRq/>")[0]
    assert preferences.findtext(".//DefaultItemSalesTaxRef/FullName") == "Alder Co"
    assert preferences.findtext(".//DefaultTaxableSalesTaxCodeRef/FullName") == "Txb"
    assert sample.add_customer("New").findtext("SalesTaxCodeRef/FullName") == "Txb"
    # What nothing refers to goes.
    assert sample.code(delete("ItemSalesTax", one_id(sample, "ItemSalesTax", "Out of State"))) == "0"


def test_a_record_with_a_balance_or_open_in_a_form_is_not_deleted(books: Books) -> None:
    apply_script(
        books.company,
        "customer add name=Rich\ncustomer Rich balance 0.01\ncustomer add name=Open\nlock customer Open",
    )
    assert books.code(delete("Customer", one_id(books, "Customer", "Rich"))) == "3176"
    assert books.code(delete("Customer", one_id(books, "Customer", "Open"))) == "3175"
    apply_script(
        books.company,
        "customer Rich balance 0\nunlock customer Open\ncustomer Rich delete\ncustomer Open delete",
    )
    for kind in ("Invoice", "Lead", ""):
        with pytest.raises(QuickBooksError, match="0x80040400"):
            books.code(delete(kind, "80000001-1"))
    assert books.code(delete("Employee", "80000001-1")) == "3120"
    assert books.code(delete("ToDo", "80000001-1")) == "1030"


def test_asking_for_a_missing_id_has_two_readings(books: Books) -> None:
    """500 with the others (rules.md), or 3120 alone (capture 068): a switch, as both were seen."""
    ann = books.add_customer("Ann").findtext("ListID")
    query = f"<CustomerQueryRq><ListID>8000001B-1405768916</ListID><ListID>{ann}</ListID><ListID>1-1</ListID></CustomerQueryRq>"
    answer = books.one(query)
    assert (answer.get("statusCode"), answer.get("statusSeverity"), len(answer)) == ("500", "Warn", 1)
    assert '("8000001B-1405768916")' in (answer.get("statusMessage") or ""), (
        "the first that is missing is named"
    )
    books.set(missing_id="3120")
    answer = books.one(query)
    assert (answer.get("statusCode"), answer.get("statusSeverity"), len(answer)) == ("3120", "Error", 0)
    assert answer.get("statusMessage") == (
        'Object "8000001B-1405768916" specified in the request cannot be found.  QuickBooks error message: Invalid '
        "argument.  The specified record does not exist in the list."
    )
    assert books.code("<CustomerQueryRq><FullName>Nobody</FullName></CustomerQueryRq>") == "500"


def test_an_external_guid_comes_back_or_not(books: Books) -> None:
    """Open point of rules.md section 9: a switch."""
    ret = books.add_customer("Ann", f"<ExternalGUID>{GUID}</ExternalGUID>")
    assert ret.findtext("ExternalGUID") == GUID
    books.set(external_guid="false")
    assert books.customer("Ann").find("ExternalGUID") is None
    books.mod_customer(books.customer("Ann"), "<Phone>1</Phone>")
    books.set(external_guid="true")
    assert books.customer("Ann").findtext("ExternalGUID") == GUID, "it was there all the time"


def test_include_ret_element_limits_every_answer(books: Books) -> None:
    """Rule 19, in Add, Mod and queries, also by name; and asking for data of an owner beside it."""
    wanted = "<IncludeRetElement>Name</IncludeRetElement><IncludeRetElement>EditSequence</IncludeRetElement>"
    added = books.one(
        f"<CustomerAddRq><CustomerAdd><Name>Ann</Name><Phone>1</Phone></CustomerAdd>{wanted}</CustomerAddRq>"
    )
    assert [one.tag for one in added[0]] == ["EditSequence", "Name"], (
        "in the official order, not in that of the request"
    )
    full = books.customer("Ann")
    ids = f"<ListID>{full.findtext('ListID')}</ListID><EditSequence>{full.findtext('EditSequence')}</EditSequence>"
    changed = books.one(
        f"<CustomerModRq><CustomerMod>{ids}<Phone>2</Phone></CustomerMod>{wanted}</CustomerModRq>"
    )
    assert [one.tag for one in changed[0]] == ["EditSequence", "Name"]
    for query in (
        f"<CustomerQueryRq><FullName>Ann</FullName>{wanted}</CustomerQueryRq>",
        f'<CustomerQueryRq iterator="Start"><MaxReturned>1</MaxReturned>{wanted}</CustomerQueryRq>',
    ):
        assert [one.tag for one in books.one(query)[0]] == ["EditSequence", "Name"]
    for query, tag in (
        ("HostQuery", "Country"),
        ("CompanyQuery", "CompanyName"),
        ("PreferencesQuery", "ReportsPreferences"),
    ):
        ret = books.one(f"<{query}Rq><IncludeRetElement>{tag}</IncludeRetElement></{query}Rq>")[0]
        assert [one.tag for one in ret] == [tag]
    books.one(
        "<DataExtDefAddRq><DataExtDefAdd><OwnerID>0</OwnerID><DataExtName>Gate</DataExtName><DataExtType>STR255TYPE</DataExtType><AssignToObject>Customer</AssignToObject></DataExtDefAdd></DataExtDefAddRq>"
    )
    books.one(
        "<DataExtAddRq><DataExtAdd><OwnerID>0</OwnerID><DataExtName>Gate</DataExtName><ListDataExtType>Customer</ListDataExtType><ListObjRef><FullName>Ann</FullName></ListObjRef><DataExtValue>4711</DataExtValue></DataExtAdd></DataExtAddRq>"
    )
    for owner, found in (("0", "4711"), (GUID, None)):
        ret = books.one(
            f"<CustomerQueryRq><FullName>Ann</FullName><OwnerID>{owner}</OwnerID></CustomerQueryRq>"
        )[0]
        assert ret.findtext("DataExtRet/DataExtValue") == found


def test_meta_data_counts(sample: Books) -> None:
    """Rule 20."""
    query = '<CustomerQueryRq metaData="{}"><ActiveStatus>{}</ActiveStatus></CustomerQueryRq>'
    for status, count in (("All", "40"), ("ActiveOnly", "38"), ("InactiveOnly", "2")):
        only = sample.one(query.format("MetaDataOnly", status))
        assert (only.get("retCount"), len(only)) == (count, 0)
        both = sample.one(query.format("MetaDataAndResponseData", status))
        assert (both.get("retCount"), str(len(both))) == (count, count)
        assert sample.one(query.format("NoMetaData", status)).get("retCount") is None
    page = sample.one(
        '<CustomerQueryRq metaData="MetaDataAndResponseData" iterator="Start"><MaxReturned>7</MaxReturned></CustomerQueryRq>'
    )
    assert [page.get(one) for one in ("retCount", "iteratorRemainingCount")] == ["38", "31"]
    names = list(page.attrib)
    assert names[:3] == ["statusCode", "statusSeverity", "statusMessage"]
    assert names.index("iteratorRemainingCount") < names.index("iteratorID"), "as in capture 037"


def test_a_stale_edit_sequence_is_told_before_anything_else_of_the_request(books: Books) -> None:
    """Rule 30 and capture 096; an exact text is compared, and the current record is shown."""
    old = books.add_customer("Ann")
    apply_script(books.company, "clock frozen 2026-03-02T10:00:09\ncustomer Ann set phone=2")
    answer = books.mod_customer(old, "<Name>A:B</Name>")
    assert (answer.get("statusCode"), answer[0].findtext("Phone")) == ("3200", "2")
    current = etree.tostring(books.customer("Ann"))
    assert etree.tostring(answer[0]) == current
    # A balance that came in between makes nothing stale.
    before = books.customer("Ann")
    apply_script(books.company, "clock frozen 2026-03-02T10:00:20\ncustomer Ann balance 5")
    assert books.mod_customer(before, "<Phone>3</Phone>").get("statusCode") == "0"
