# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Facts about terms and taxes that integrations trip over (rules.md 27, 30-34, 36, 37): what cannot be changed, what is in
use, what needs an agency, what shares its names, and what people can do in QuickBooks' own windows."""

from __future__ import annotations

import pytest
from lxml import etree

from quickbooks_sim.edit import EditError, apply_script
from quickbooks_sim.errors import QuickBooksError
from tests.quickbooks_sim.conftest import Books

SETUP = """
vendor add name=Treasurer
terms add name="Net 30" days=30 discount=2 discountdays=10
dateterms add name="10th" day=10 nextmonthdays=5
taxcode add name=Lbr taxable=false
taxitem add name=County rate=6.5 agency=Treasurer
taxitem add name=City rate=1.25 agency=Treasurer
taxgroup add name=Both items="County|City"
service add name=Labor taxcode=Lbr
service add name=Install parent=Labor
service add name=Old
service Old inactive
"""


@pytest.fixture
def made(books: Books) -> Books:
    apply_script(books.company, SETUP)
    return books


def valid(schema: etree.XMLSchema, books: Books, request: str) -> etree._Element:
    """The answer to a request; both are valid by Intuit's schema."""
    asked = etree.fromstring(f'<QBXML><QBXMLMsgsRq onError="continueOnError">{request}</QBXMLMsgsRq></QBXML>')
    assert schema.validate(asked), schema.error_log.last_error
    document = etree.fromstring(books.text(request).encode())
    assert schema.validate(document), schema.error_log.last_error
    return document[0][0]


def one(books: Books, query: str, name: str) -> etree._Element:
    answer = books.one(f"<{query}QueryRq><FullName>{name}</FullName></{query}QueryRq>")
    assert answer.get("statusCode") == "0", answer.get("statusMessage")
    return answer[0]


def delete(kind: str, ret: etree._Element) -> str:
    return (
        f"<ListDelRq><ListDelType>{kind}</ListDelType><ListID>{ret.findtext('ListID')}</ListID></ListDelRq>"
    )


def shown(answer: etree._Element) -> list[tuple[str, str | None]]:
    return [(str(ret.tag), ret.findtext("FullName") or ret.findtext("Name")) for ret in answer]


# ---- terms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", ["StandardTermsMod", "DateDrivenTermsMod", "TermsMod", "TermsAdd"])
def test_there_is_no_request_that_changes_terms(made: Books, message: str) -> None:
    """spec 5.6: an unknown request refuses the whole set, and what stands beside it is not done either."""
    ret = one(made, "Terms", "Net 30")
    ids = f"<ListID>{ret.findtext('ListID')}</ListID><EditSequence>{ret.findtext('EditSequence')}</EditSequence>"
    with pytest.raises(QuickBooksError, match="0x80040400"):
        made.ask(
            "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>"
            f"<{message}Rq><{message}>{ids}<Name>Net 45</Name></{message}></{message}Rq>"
        )
    assert made.code("<CustomerQueryRq><FullName>Ann</FullName></CustomerQueryRq>") == "500"
    assert one(made, "Terms", "Net 30").findtext("StdDueDays") == "30"


@pytest.mark.parametrize(
    ("message", "body", "form"),
    [
        ("StandardTermsAdd", "<Name>{}</Name><StdDueDays>7</StdDueDays>", "Standard"),
        ("DateDrivenTermsAdd", "<Name>{}</Name><DayOfMonthDue>7</DayOfMonthDue>", "DateDriven"),
    ],
)
def test_both_forms_share_their_names(
    made: Books, schema: etree.XMLSchema, message: str, body: str, form: str
) -> None:
    for name, code in (("NET 30", "3100"), ("10TH", "3100"), ("New", "0")):
        answer = valid(schema, made, f"<{message}Rq><{message}>{body.format(name)}</{message}></{message}Rq>")
        assert answer.get("statusCode") == code
    assert answer[0].tag == f"{form}TermsRet"
    apply_script(made.company, 'terms "Net 30" inactive')
    assert (
        made.code(f"<{message}Rq><{message}>{body.format('net 30')}</{message}></{message}Rq>") == "3100"
    ), "inactive, and the name is taken"


@pytest.mark.parametrize("user", ["customer", "vendor"])
@pytest.mark.parametrize(("word", "kind", "name"), [("terms", "StandardTerms", "Net 30"), ("dateterms", "DateDrivenTerms", "10th")])  # fmt: skip
def test_a_term_in_use_is_not_deleted(made: Books, user: str, word: str, kind: str, name: str) -> None:
    apply_script(made.company, f'{user} add name=Ann terms="{name}"')
    ret = one(made, "Terms", name)
    answer = made.one(delete(kind, ret))
    assert answer.get("statusCode") == "3176"
    assert "The list element is in use." in str(answer.get("statusMessage"))
    with pytest.raises(EditError, match="in use"):
        apply_script(made.company, f'{word} "{name}" delete')
    apply_script(made.company, f'{user} Ann set terms=""')
    wrong = {"StandardTerms": "DateDrivenTerms", "DateDrivenTerms": "StandardTerms"}[kind]
    assert made.code(delete(wrong, ret)) == "3120", "it is no term of that form"
    assert made.code(delete(kind, ret)) == "0"
    assert made.code(f"<TermsQueryRq><FullName>{name}</FullName></TermsQueryRq>") == "500"


def test_people_change_terms_in_their_window_and_customers_follow(made: Books) -> None:
    """Name, numbers, state: one edit each, under the same ID; customers show the new name and are not touched."""
    apply_script(made.company, 'customer add name=Ann terms="Net 30"')
    before, ann = one(made, "Terms", "Net 30"), made.customer("Ann")
    made.set(clock="frozen 2026-03-02T11:00:00")
    apply_script(
        made.company,
        'terms "Net 30" rename "Net 45"\nterms "Net 45" set days=45 discount=1.5 discountdays=""\nterms "Net 45" inactive',
    )
    after, again = one(made, "Terms", "net 45"), made.customer("Ann")
    assert after.findtext("ListID") == before.findtext("ListID")
    assert int(after.findtext("EditSequence") or 0) == int(before.findtext("EditSequence") or 0) + 3600
    told = {child.tag: child.text for child in after}
    assert (told["StdDueDays"], told["StdDiscountDays"], told["DiscountPct"], told["IsActive"]) == ("45", "0", "1.50", "false")  # fmt: skip
    assert again.findtext("TermsRef/FullName") == "Net 45"
    assert [again.findtext(name) for name in ("EditSequence", "TimeModified")] == [
        ann.findtext(name) for name in ("EditSequence", "TimeModified")
    ]
    apply_script(made.company, 'terms "Net 45" active')
    assert one(made, "Terms", "Net 45").findtext("IsActive") == "true"


def test_people_switch_the_form_of_a_term(made: Books, schema: etree.XMLSchema) -> None:
    """Same ID, other element; nothing of the old form stays, and nobody who uses it notices."""
    apply_script(made.company, 'customer add name=Ann terms="Net 30"\nterms "Net 30" inactive')
    before = one(made, "Terms", "Net 30")
    made.set(clock="frozen 2026-03-02T11:00:00")
    apply_script(
        made.company, 'terms "Net 30" becomes dateterms day=15 nextmonthdays=3 discountday=10 discount=1'
    )
    ids = f"<ListID>{before.findtext('ListID')}</ListID>"
    (after,) = valid(schema, made, f"<TermsQueryRq>{ids}</TermsQueryRq>")
    told = {str(child.tag): child.text for child in after}
    assert after.tag == "DateDrivenTermsRet"
    assert [told.pop(name) for name in ("ListID", "TimeCreated", "Name", "IsActive")] == [
        before.findtext(name) for name in ("ListID", "TimeCreated", "Name", "IsActive")
    ]
    assert int(told.pop("EditSequence") or 0) == int(before.findtext("EditSequence") or 0) + 3600
    assert told.pop("TimeModified") != before.findtext("TimeModified")
    assert told == {
        "DayOfMonthDue": "15",
        "DueNextMonthDays": "3",
        "DiscountDayOfMonth": "10",
        "DiscountPct": "1.00",
    }
    assert made.code(f"<StandardTermsQueryRq>{ids}</StandardTermsQueryRq>") == "500"
    assert made.customer("Ann").findtext("TermsRef/FullName") == "Net 30"
    apply_script(made.company, 'dateterms "Net 30" becomes terms')
    assert one(made, "Terms", "Net 30").findtext("StdDueDays") == "0"
    apply_script(
        made.company,
        'customer Ann set terms=""\nterms "Net 30" becomes dateterms day=1\ndateterms "Net 30" delete',
    )
    gone = made.one(
        "<ListDeletedQueryRq><ListDelType>StandardTerms</ListDelType><ListDelType>DateDrivenTerms</ListDelType></ListDeletedQueryRq>"
    )
    assert [(ret.findtext("ListDelType"), ret.findtext("ListID")) for ret in gone] == [
        ("DateDrivenTerms", before.findtext("ListID"))
    ]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ('terms "Net 30" becomes dateterms', "add wants day="),
        ('terms "Net 30" becomes dateterms day=32', "invalid value"),
        ('terms "Net 30" becomes dateterms day=""', "must be a whole number"),
        ('dateterms 10th set day=""', "must be a whole number"),
        ('terms "Net 30" becomes dateterms day=3 days=4', "has no field 'days'"),
        ('terms "Net 30" becomes terms days=3', "cannot do"),
        ('terms "Net 30" becomes taxitem rate=0', "cannot do"),
        ('terms "Net 30" becomes', "cannot do"),
        ("taxitem City becomes taxgroup items=County", "cannot do"),
        ("taxgroup Both becomes taxitem rate=1 agency=Treasurer", "cannot do"),
        ("service Labor becomes taxitem rate=0", "cannot do"),
        ('terms "Net 30" becomes dateterms day=3 name=Other', "keeps the name"),
    ],
)
def test_nothing_else_becomes_anything(made: Books, script: str, why: str) -> None:
    """rules.md 38: the type of an item never changes."""
    with pytest.raises(EditError, match=why):
        apply_script(made.company, script)
    assert one(made, "Terms", "Net 30").tag == "StandardTermsRet"


# ---- taxes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "code"), [("0", "0"), ("0.000", "0"), ("", "0"), ("0.00001", "3180"), ("8.25", "3180")]
)
def test_a_rate_needs_an_agency_unless_it_is_zero(made: Books, rate: str, code: str) -> None:
    """rules.md 37."""
    body = f"<Name>New</Name><TaxRate>{rate}</TaxRate>"
    assert (
        made.code(f"<ItemSalesTaxAddRq><ItemSalesTaxAdd>{body}</ItemSalesTaxAdd></ItemSalesTaxAddRq>") == code
    )
    agency = "<TaxVendorRef><FullName>treasurer</FullName></TaxVendorRef>"
    body = f"<Name>Newer</Name><TaxRate>{rate}</TaxRate>{agency}"
    assert (
        made.code(f"<ItemSalesTaxAddRq><ItemSalesTaxAdd>{body}</ItemSalesTaxAdd></ItemSalesTaxAddRq>") == "0"
    )


def test_a_change_may_not_take_the_agency_away(made: Books, schema: etree.XMLSchema) -> None:
    ret = one(made, "ItemSalesTax", "City")
    ids = f"<ListID>{ret.findtext('ListID')}</ListID><EditSequence>{ret.findtext('EditSequence')}</EditSequence>"
    mod = f"<ItemSalesTaxModRq><ItemSalesTaxMod>{ids}{{}}</ItemSalesTaxMod></ItemSalesTaxModRq>"
    assert made.code(mod.format("<TaxVendorRef/>")) == "3180"
    both = one(made, "ItemSalesTaxGroup", "Both")
    after = valid(schema, made, mod.format("<Name>Town</Name><TaxRate>1.12345</TaxRate>"))[0]
    assert (after.findtext("Name"), after.findtext("TaxRate")) == ("Town", "1.12345"), (
        "exact to the last decimal"
    )
    assert after.findtext("TaxVendorRef/FullName") == "Treasurer"
    assert after.findtext("ListID") == ret.findtext("ListID")
    wrong = mod.replace("ItemSalesTaxMod", "ItemSalesTaxGroupMod").format("<ItemDesc>x</ItemDesc>")
    assert made.code(wrong) == "3120", "a tax is no group"
    again = one(made, "ItemSalesTaxGroup", "Both")
    assert [ref.findtext("FullName") for ref in again.findall("ItemSalesTaxRef")] == ["County", "Town"]
    assert again.findtext("EditSequence") == both.findtext("EditSequence")


def test_what_a_tax_is_needed_for_holds_it_fast(made: Books) -> None:
    """A group its members, a customer its tax, the taxes their agency; a code the customer or item that has it."""
    apply_script(made.company, "customer add name=Ann taxitem=Both taxcode=Lbr")
    held = {
        "ItemSalesTax": one(made, "ItemSalesTax", "City"),
        "ItemSalesTaxGroup": one(made, "ItemSalesTaxGroup", "Both"),
        "Vendor": one(made, "Vendor", "Treasurer"),
        "SalesTaxCode": one(made, "SalesTaxCode", "Lbr"),
    }
    for kind, ret in held.items():
        assert made.code(delete(kind, ret)) == "3176", kind
    apply_script(made.company, "customer Ann set taxitem=County taxcode=Tax")
    assert made.code(delete("SalesTaxCode", held["SalesTaxCode"])) == "3176", "the service has it still"
    apply_script(made.company, "service Labor set taxcode=Tax")
    for kind in ("ItemSalesTaxGroup", "ItemSalesTax", "SalesTaxCode"):
        assert made.code(delete(kind, held[kind])) == "0", kind
    assert made.code(delete("Vendor", held["Vendor"])) == "3176", "County is paid to it"


@pytest.mark.parametrize("name", ["Tax", "Non"])
def test_the_default_codes_stay(made: Books, name: str) -> None:
    """rules.md 37."""
    assert made.code(delete("SalesTaxCode", one(made, "SalesTaxCode", name))) == "3176"
    with pytest.raises(EditError, match="in use"):
        apply_script(made.company, f"taxcode {name} delete")


def test_people_change_taxes_groups_and_codes(made: Books) -> None:
    made.set(clock="frozen 2026-03-02T11:00:00")
    ids = {name: one(made, "Item", name).findtext("ListID") for name in ("City", "Both")}
    apply_script(
        made.company,
        "taxitem City rename Town\ntaxitem Town set rate=1.375 desc='Town of Harlow'\ntaxitem Town inactive\n"
        "taxgroup Both set items=Town\ntaxgroup Both rename Sum\n"
        "taxcode Lbr set taxable=true desc=Labour\ntaxcode Lbr rename Wrk\ntaxcode Wrk inactive",
    )
    town, both, code = one(made, "Item", "Town"), one(made, "Item", "Sum"), one(made, "SalesTaxCode", "Wrk")
    assert (town.findtext("ListID"), both.findtext("ListID")) == (ids["City"], ids["Both"])
    assert [town.findtext(name) for name in ("TaxRate", "ItemDesc", "IsActive")] == [
        "1.375",
        "Town of Harlow",
        "false",
    ]
    assert [ref.findtext("FullName") for ref in both.findall("ItemSalesTaxRef")] == ["Town"]
    assert [code.findtext(name) for name in ("IsTaxable", "Desc", "IsActive")] == ["true", "Labour", "false"]
    apply_script(
        made.company, "taxgroup Sum delete\ntaxitem Town delete\ntaxitem County set agency='' rate=0"
    )
    for script, why in (
        ("taxitem County set rate=3", "tax agency"),
        ("taxitem County rename Labor", "already in use"),
        ("taxcode Wrk rename Long", "too long"),
        ("taxitem County rename 'A:B'", "colon"),
    ):
        with pytest.raises(EditError, match=why):
            apply_script(made.company, script)
