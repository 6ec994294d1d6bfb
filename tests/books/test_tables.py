"""Our tables against the official schema and the field list: names, order, lengths, numbers, versions, editions."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

import pytest
from lxml import etree

from fieldledger.books.desktop import limits, named
from fieldledger.books.desktop.asking import ABOUT
from fieldledger.books.desktop.grammar import Field, Flag, Group, Guid, Id, Percent, Text, Whole
from fieldledger.books.desktop.kinds import KINDS, customer, payment_term, sales_tax_code, tax_rate
from fieldledger.model.kinds import Kind
from tests.support.shared import shared

TABLES = {
    "CustomerAdd": customer.ADD,
    "CustomerMod": customer.MOD,
    "SalesTaxCodeAdd": sales_tax_code.ADD,
    "SalesTaxCodeMod": sales_tax_code.MOD,
    "ItemSalesTaxAdd": tax_rate.SINGLE_ADD,
    "ItemSalesTaxMod": tax_rate.SINGLE_MOD,
    "ItemSalesTaxGroupAdd": tax_rate.GROUP_ADD,
    "ItemSalesTaxGroupMod": tax_rate.GROUP_MOD,
    "StandardTermsAdd": payment_term.STANDARD_ADD,
    "DateDrivenTermsAdd": payment_term.DATE_DRIVEN_ADD,
}
TYPES = {Text: "STRTYPE", Flag: "BOOLTYPE", Guid: "GUIDTYPE", Whole: "INTTYPE", Percent: "PERCENTTYPE",
         Group: "AGGREGATE"}  # fmt: skip
UNTOLD = {"CustomerAdd/ParentRef/FullName": 209, "CustomerMod/ParentRef/FullName": 209}
"""Lengths that neither source tells; rules.md 29 does."""


def official(message: str) -> dict[str, dict[str, str]]:
    """The fields of a message in their order, by path."""
    with shared("reference/qbxml/qbxml14-fields.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["path"]: row for row in rows if row["message"] == message}


def walk(fields: Mapping[str, Field], before: str) -> Iterator[tuple[str, Field]]:
    for tag, field in fields.items():
        yield f"{before}/{tag}", field
        if isinstance(field, Group):
            yield from walk(field.fields, f"{before}/{tag}")


@pytest.mark.parametrize("request_name", TABLES)
def test_names_order_types_and_lengths_are_quickbooks(request_name: str) -> None:
    rows = official(f"{request_name}Rq")
    ours = list(walk(TABLES[request_name], request_name))
    theirs = [path for path in rows if path in dict(ours)]
    assert [path for path, _ in ours] == theirs, "the order of the elements is law"
    for path, field in ours:
        row = rows[path]
        assert "QBD" not in row["not_in"].split("|"), f"{path} is not for QuickBooks Desktop"
        assert tuple(map(int, (row["since"] or "1.0").split("."))) <= (13, 0)
        if isinstance(field, Id):
            assert row["type"] in ("IDTYPE", "STRTYPE")
            assert field.longest == int(row["maxlen_QBD"] or 36)
        else:
            assert row["type"] == TYPES[type(field)]
        if isinstance(field, Text):
            assert field.longest == int(row["maxlen_QBD"] or UNTOLD[path]), path
        if isinstance(field, Group):
            assert row["repeat"].endswith("..n") == (field.most != 1)


@pytest.mark.parametrize("request_name", TABLES)
def test_what_quickbooks_requires_is_in_the_table(request_name: str) -> None:
    required = {
        path
        for path, row in official(f"{request_name}Rq").items()
        if row["required"] == "req" and path.count("/") == 1
    }
    assert required <= {path for path, _ in walk(TABLES[request_name], request_name)}


def sample(field: Field) -> str:
    match field:
        case Text() | Id():
            return "x"
        case Flag():
            return "true"
        case Whole():
            return str(field.most)
        case Percent():
            return "99.99999"
        case Guid():
            return "{12345678-90ab-cdef-1234-567890abcdef}"
        case Group():
            return "".join(f"<{tag}>{sample(part)}</{tag}>" for tag, part in field.fields.items())


def document(request_name: str, changed: str = "", text: str = "", times: int = 1) -> etree._Element:
    """Every element of a table once, but for one path."""

    def write(fields: Mapping[str, Field], before: str) -> str:
        return "".join(
            f"<{tag}>{inner}</{tag}>" * (times if path == changed and not text else 1)
            for tag, field in fields.items()
            for path in [f"{before}/{tag}"]
            for inner in [
                text
                if path == changed and text
                else write(field.fields, path)
                if isinstance(field, Group)
                else sample(field)
            ]
        )

    body = write(TABLES[request_name], request_name)
    return etree.fromstring(
        f'<QBXML><QBXMLMsgsRq onError="stopOnError"><{request_name}Rq><{request_name}>{body}</{request_name}>'
        f"</{request_name}Rq></QBXMLMsgsRq></QBXML>"
    )


@pytest.mark.parametrize("request_name", TABLES)
def test_lengths_and_numbers_are_the_schemas(schema: etree.XMLSchema, request_name: str) -> None:
    """The longest text that we send is valid, one letter more is not."""
    assert schema.validate(document(request_name)), schema.error_log
    judged = 0
    for path, field in walk(TABLES[request_name], request_name):
        if isinstance(field, (Text, Id)) and path not in UNTOLD:
            assert schema.validate(document(request_name, path, "x" * field.longest)), path
            assert not schema.validate(document(request_name, path, "x" * (field.longest + 1))), path
            judged += 1
        elif isinstance(field, Group):
            assert schema.validate(document(request_name, path, times=field.most or 1000)), path
            assert (field.most is None) == bool(
                schema.validate(document(request_name, path, times=(field.most or 1000) + 1))
            ), path
            judged += 1
        elif isinstance(field, Whole) and (field.least, field.most) == (1, 31):
            assert not schema.validate(document(request_name, path, "0")), path
            assert not schema.validate(document(request_name, path, "32")), path
            judged += 1
        elif isinstance(field, Percent):
            assert not schema.validate(
                document(request_name, path, "8." + "1" * (limits.PERCENT_DECIMALS + 1))
            ), path
            judged += 1
    assert judged >= (30 if request_name.startswith("Customer") else 2)


def test_every_swap_of_neighbours_breaks_the_schema(schema: etree.XMLSchema) -> None:
    """So the order of our tables is the only one: a check that the check above can fail."""
    for request_name in TABLES:
        good = document(request_name)
        count = len(good[0][0][0])
        for place in range(count - 1):
            swapped = document(request_name)
            body = swapped[0][0][0]
            body.insert(place, body[place + 1])
            assert not schema.validate(swapped), (request_name, body[place].tag)


def test_kinds_are_quickbooks_words() -> None:
    """A list that is read page by page needs a message that takes an iterator."""
    with shared("reference/qbxml/qbxml14-messages.tsv").open(encoding="utf-8", newline="") as lines:
        messages = {
            row["message"]: row["attributes"].split(",") for row in csv.DictReader(lines, delimiter="\t")
        }
    deletable = official("ListDeletedQueryRq")["ListDelType"]["enum"].split(", ")
    for kind, codec in KINDS.items():
        if kind is Kind.CUSTOMER:
            assert not codec.lists
            assert {"requestID", "iterator", "iteratorID"} <= set(messages[f"{codec.query}Rq"])
            assert {"statusCode", "iteratorRemainingCount", "iteratorID"} <= set(messages[f"{codec.query}Rs"])
        shown = official(f"{codec.query}Rs")
        listed = {path for message in codec.lists for path in official(f"{message}Rs")}
        for form in codec.forms:
            for name in codec.stamp_fields:
                assert f"{form.ret}/{name}" in shown
                assert len(name) <= 50
                assert f"{form.ret}/{name}" in listed or not codec.lists
            assert form.deleted in deletable
            assert form.ret == f"{form.deleted}Ret"
        rets = {form.ret for form in codec.forms}
        assert {path.split("/")[0] for path in listed} in (set(), rets), (
            "the lists show each form, and nothing else"
        )
        assert all(
            {"ListID", "FullName", "ActiveStatus"} <= official(f"{m}Rq").keys()
            for m in (codec.query, *codec.lists)
        )
        for message in codec.writes:
            assert {path.split("/")[0] for path in official(f"{message}Rs")} - {"ErrorRecovery"} <= rets
        assert {f"{message}Rq" for message in codec.writes} <= messages.keys()
    assert all(f"{message}Rq" in messages for message in ABOUT.values())


def test_there_is_no_message_that_changes_a_term() -> None:
    """spec 5.6."""
    with shared("reference/qbxml/qbxml14-messages.tsv").open(encoding="utf-8", newline="") as lines:
        messages = {row["message"] for row in csv.DictReader(lines, delimiter="\t")}
    assert {"StandardTermsAddRq", "DateDrivenTermsAddRq"} <= messages
    assert not {"TermsModRq", "StandardTermsModRq", "DateDrivenTermsModRq"} & messages
    assert KINDS[Kind.PAYMENT_TERM].writes == ("StandardTermsAdd", "DateDrivenTermsAdd")


def test_every_write_that_can_be_is_in_the_tables() -> None:
    assert {message for codec in KINDS.values() for message in codec.writes} == TABLES.keys()


def test_lists_of_names_are_quickbooks_words() -> None:
    """Each entry has what we read, and nothing else comes in these answers."""
    assert named.HOLDERS.keys() == KINDS.keys()
    assert set(named.HOLDERS.values()) == set(named.RETS)
    for message, rets in named.RETS.items():
        assert {"ActiveStatus", "FullName"} <= official(f"{message}Rq").keys()
        fields = official(f"{message}Rs")
        assert {path.split("/")[0] for path in fields if path.split("/")[0].endswith("Ret")} == set(rets)
        for ret in rets:
            assert {f"{ret}/ListID", f"{ret}/Name", f"{ret}/IsActive"} <= fields.keys()
    for kind, message in named.HOLDERS.items():
        assert kind.value in named.RETS[message].values()
        ours = {form.ret for form in KINDS[kind].forms}
        assert {ret for ret, list in named.RETS[message].items() if list == kind.value} == ours
