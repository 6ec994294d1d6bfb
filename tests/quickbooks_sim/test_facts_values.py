# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Values: lengths at their limits, forms that are normalised, characters, and what each country's edition ignores.

Compared with the official field table wherever it speaks.
"""

from __future__ import annotations

import pytest
from lxml import etree

from quickbooks_sim.engine.values import ignored_fields, value_problem
from quickbooks_sim.tables.grammar import Child, aggregate, model
from quickbooks_sim.tables.requests import AGGREGATES, REQUESTS
from tests.quickbooks_sim.conftest import Books
from tests.support.shared import shared

COUNTRIES = {"US": "QBD", "CA": "QBCA", "UK": "QBUK"}
WRITES = sorted(name for name in REQUESTS if name.endswith(("AddRq", "ModRq")))


def table() -> dict[tuple[str, str], list[str]]:
    lines = shared("reference/qbxml/qbxml14-fields.tsv").read_text(encoding="utf-8").splitlines()
    return {(row[0], row[1]): row for row in (line.split("\t") for line in lines[1:])}


def leaves(source: str, path: str = "") -> list[tuple[str, Child]]:
    found: list[tuple[str, Child]] = []
    for rule in model(source).children.values():
        if rule.type.startswith("@"):
            found += leaves(AGGREGATES[rule.type[1:]], f"{path}{rule.name}/")
        else:
            found.append((f"{path}{rule.name}", rule))
    return found


def test_every_length_of_the_official_table_is_the_limit_to_the_character() -> None:
    """rules.md 29: QuickBooks refuses, it does not cut. One character more is 3070, with the value and the field."""
    official = table()
    checked = 0
    for name in REQUESTS:
        for path, rule in leaves(REQUESTS[name]):
            row = official.get((name, path))
            if row is None or row[2] != "STRTYPE" or not row[5] or rule.ignored:
                continue
            limit = int(row[5])
            assert value_problem(rule.type, "n" * limit, rule.name) is None, (name, path)
            problem = value_problem(rule.type, "n" * (limit + 1), rule.name)
            assert problem is not None, (name, path)
            assert problem.code == 3070
            assert (
                problem.message == f'The string "{"n" * (limit + 1)}" in the field "{rule.name}" is too long.'
            )
            checked += 1
    assert checked > 200


def test_the_captured_refusal_of_a_long_account_number_is_ours(books: Books) -> None:
    """Capture 028."""
    real = etree.parse(shared("reference/qbxml/captures/028-AccountAddRs-3070.xml")).getroot()[0][0]
    answer = books.one(
        "<AccountAddRq><AccountAdd><Name>A</Name><AccountType>Bank</AccountType><AccountNumber>a5ad6d73</AccountNumber></AccountAdd></AccountAddRq>"
    )
    assert dict(answer.attrib) == dict(real.attrib)


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_each_edition_ignores_what_the_official_table_says(country: str) -> None:
    """rules.md 52, in both directions: "not in QBD / QBCA / QBUK" is 530, all else is taken."""
    official = table()
    checked = ignored = 0
    for name in WRITES:
        kind = name.removesuffix("Rq")
        request = etree.Element(name)
        box = etree.SubElement(request, kind)
        for field in aggregate(kind).children:
            box[:] = [etree.Element(field)]
            row = official.get((name, f"{kind}/{field}"))
            assert row is not None, (name, field)
            expected = COUNTRIES[country] in row[6].split("|")
            found = [one.message for one in ignored_fields(request, country)]
            assert found == (
                [f'The field "{field}" is not supported by this implementation.'] if expected else []
            ), (
                name,
                field,
                row[6],
            )
            checked += 1
            ignored += expected
    assert checked > 150
    assert ignored > 8


def test_a_tax_item_is_ignored_in_canada_and_kept_in_the_united_states(sample: Books) -> None:
    add = "<CustomerAddRq><CustomerAdd><Name>{}</Name><ItemSalesTaxRef><FullName>Millbrook</FullName></ItemSalesTaxRef><TaxRegistrationNumber>1</TaxRegistrationNumber></CustomerAdd></CustomerAddRq>"
    here = sample.one(add.format("Here"))
    assert (here.get("statusCode"), here[0].findtext("ItemSalesTaxRef/FullName")) == ("530", "Millbrook")
    assert (
        here.get("statusMessage")
        == 'The field "TaxRegistrationNumber" is not supported by this implementation.'
    )
    sample.set(country="CA")
    there = sample.one(add.format("There"))
    assert (
        there.get("statusMessage") == 'The field "ItemSalesTaxRef" is not supported by this implementation.'
    )
    assert there[0].find("ItemSalesTaxRef") is None, "neither the one that was sent nor the company's default"
    assert there[0].findtext("TaxRegistrationNumber") == "1"
    assert sample.one("<HostQueryRq/>")[0].findtext("Country") == "CA"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("<IsActive> false </IsActive>", ("IsActive", "false")),
        ("<IsActive>0</IsActive>", ("IsActive", "false")),
        ("<IsActive>1</IsActive>", ("IsActive", "true")),
        ("<IsActive></IsActive>", ("IsActive", "true")),
        ("<CreditLimit>+5</CreditLimit>", ("CreditLimit", "5.00")),
        ("<CreditLimit>-0.50</CreditLimit>", ("CreditLimit", "-0.50")),
        ("<CreditLimit></CreditLimit>", ("CreditLimit", None)),
        ("<JobStartDate> 2026-02-03 </JobStartDate>", ("JobStartDate", "2026-02-03")),
    ],
)  # fmt: skip
def test_values_are_kept_in_one_form(books: Books, sent: str, stored: tuple[str, str | None]) -> None:
    ret = books.add_customer("Ann", sent)
    assert ret.findtext(stored[0]) == stored[1]


def test_numbers_are_kept_in_one_form(books: Books) -> None:
    ret = books.one(
        "<StandardTermsAddRq><StandardTermsAdd><Name>N</Name><StdDueDays> +07 </StdDueDays><DiscountPct>+2</DiscountPct></StandardTermsAdd></StandardTermsAddRq>"
    )[0]
    assert (ret.findtext("StdDueDays"), ret.findtext("DiscountPct")) == ("7", "2.00")


def test_an_empty_yes_or_no_in_a_mod_changes_nothing(books: Books) -> None:
    """Rule 16 clears fields; but there is no third state for an active flag, so an inactive record stays inactive."""
    ret = books.add_customer("Ann", "<IsActive>false</IsActive>")
    after = books.mod_customer(ret, "<IsActive></IsActive><Phone>1</Phone>")[0]
    assert (after.findtext("IsActive"), after.findtext("Phone")) == ("false", "1")
    code = books.one("<SalesTaxCodeQueryRq><FullName>Tax</FullName></SalesTaxCodeQueryRq>")[0]
    ids = f"<ListID>{code.findtext('ListID')}</ListID><EditSequence>{code.findtext('EditSequence')}</EditSequence>"
    after = books.one(
        f"<SalesTaxCodeModRq><SalesTaxCodeMod>{ids}<IsTaxable></IsTaxable></SalesTaxCodeMod></SalesTaxCodeModRq>"
    )[0]
    assert after.findtext("IsTaxable") == "true"


@pytest.mark.parametrize("empty", ["<{0}></{0}>", "<{0}/>", "<{0}>\n  </{0}>", "<{0}><!-- none --></{0}>"])
@pytest.mark.parametrize("field", ["BillAddress", "TermsRef", "ShipAddress", "ParentRef"])
def test_an_empty_aggregate_clears_however_it_is_laid_out(books: Books, field: str, empty: str) -> None:
    books.add_customer("Top")
    books.one(
        "<StandardTermsAddRq><StandardTermsAdd><Name>Net 9</Name></StandardTermsAdd></StandardTermsAddRq>"
    )
    ret = books.add_customer(
        "Ann",
        "<ParentRef><FullName>Top</FullName></ParentRef><BillAddress><Addr1>1 Way</Addr1></BillAddress>"
        "<ShipAddress><Addr1>2 Way</Addr1></ShipAddress><TermsRef><FullName>Net 9</FullName></TermsRef>",
    )
    assert ret.find(field) is not None
    answer = books.mod_customer(ret, empty.format(field))
    assert answer.get("statusCode") == "0"
    assert answer[0].find(field) is None
    assert answer[0].find(f"{field}Block") is None
    others = {"BillAddress", "TermsRef", "ShipAddress", "ParentRef"} - {field}
    assert all(answer[0].find(other) is not None for other in others)


def test_every_character_of_windows_is_kept_and_every_other_becomes_a_question_mark(books: Books) -> None:
    """rules.md 15: QuickBooks stores nothing but the Windows-1252 repertoire, and answers in plain ASCII."""
    windows = "".join(
        bytes([code]).decode("cp1252")
        for code in range(0x80, 0x100)
        if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    )
    sent = "".join(f"&#{ord(letter)};" for letter in windows)
    ret = books.add_customer("Ann", f"<Notes>{sent}</Notes>")
    assert ret.findtext("Notes") == windows
    others = "&#129;&#256;&#9731;&#128512;&#x202E;"
    assert books.add_customer("Bob", f"<Notes>{others}</Notes>").findtext("Notes") == "?????"
    text = books.text("<CustomerQueryRq/>")
    assert text.isascii()
    assert "&#8364;" in text, "the euro sign is written by its number"
    for sign, written in (
        ("&amp;", "&amp;"),
        ("&lt;", "&lt;"),
        ("&gt;", "&gt;"),
        ("&quot;", "&quot;"),
        ("'", "&apos;"),
    ):
        books.add_customer(f"Sign {sign}")
        assert f"<Name>Sign {written}</Name>" in books.text("<CustomerQueryRq/>")


def test_a_value_that_cannot_be_taken_names_itself_and_the_set_goes_on(books: Books) -> None:
    """Section 8: facet errors are a status in a normal response. Rule 14: nothing else of the set is touched."""
    bad = (
        ("<OpenBalance>97.5</OpenBalance>", "3040", 'There was an error when converting the amount "97.5" in the field "OpenBalance"'),
        ("<JobEndDate>2026-13-01</JobEndDate>", "3020", 'There was an error when converting the date value "2026-13-01" in the field "JobEndDate"'),
        ("<IsActive>maybe</IsActive>", "3010", 'There was an error when converting the boolean value "maybe" in the field "IsActive"'),
        ("<ParentRef><ListID>" + "9" * 37 + "</ListID></ParentRef>", "3000", f'The given object ID "{"9" * 37}" in the field "ListID" is invalid.'),
        ("<Email>" + "e" * 1024 + "</Email>", "3070", f'The string "{"e" * 1024}" in the field "Email" is too long.'),
        ("<CreditLimit>1,00</CreditLimit>", "3040", None),
    )  # fmt: skip
    requests = "".join(
        f"<CustomerAddRq requestID='{n}'><CustomerAdd><Name>Bad {n}</Name>{fields}</CustomerAdd></CustomerAddRq>"
        for n, (fields, _, _) in enumerate(bad)
    )
    answers = books.ask(
        requests + "<CustomerAddRq><CustomerAdd><Name>Good</Name></CustomerAdd></CustomerAddRq>"
    )
    assert [one.get("statusCode") for one in answers] == [code for _, code, _ in bad] + ["0"]
    for answer, (_, _, message) in zip(answers, bad, strict=False):
        assert message in (None, answer.get("statusMessage"))
        assert (answer.get("statusSeverity"), len(answer)) == ("Error", 0)
    assert [one.findtext("Name") for one in books.one("<CustomerQueryRq/>")] == ["Good"]
