"""Add and Mod messages of lists: from the request to `changes` and back to the answer."""

from __future__ import annotations

from lxml import etree

from quickbooks_sim.engine.answer import Answer, Context
from quickbooks_sim.engine.changes import add_record, modify_record
from quickbooks_sim.engine.queries import is_list_id, texts
from quickbooks_sim.engine.render import Renderer
from quickbooks_sim.engine.values import ignored_fields, is_ignored, normal
from quickbooks_sim.fields import Fields, text_of, without
from quickbooks_sim.locks import check_unlocked
from quickbooks_sim.records import Record, by_id
from quickbooks_sim.status import OK, Refusal, bad_id, gone, stale
from quickbooks_sim.tables.grammar import Model, aggregate

_CHARACTERS = "cp1252"


def list_add(context: Context, request: etree._Element) -> Answer:
    """CustomerAdd, VendorAdd, AccountAdd and the like."""
    kind = str(request.tag).removesuffix("AddRq")
    return _done(context, request, add_record(context.company, kind, _clean(context, request)))


def list_mod(context: Context, request: etree._Element) -> Answer:
    """CustomerMod and the like. A stale EditSequence is answered with the record as it is now."""
    kind = str(request.tag).removesuffix("ModRq")
    fields = _clean(context, request)
    list_id, edit_sequence = text_of(fields, "ListID"), text_of(fields, "EditSequence")
    if not is_list_id(list_id):
        raise Refusal(bad_id(list_id, "list id"))
    old = by_id(context.company, (kind,), list_id)
    if old is None:
        raise Refusal(gone(list_id))
    check_unlocked(context.company, old)
    if edit_sequence != old.edit_sequence:
        return Answer(stale(edit_sequence), [Renderer(context.company).ret(old)])
    record = modify_record(context.company, old, without(fields, "ListID", "EditSequence"))
    return _done(context, request, record)


def _done(context: Context, request: etree._Element, record: Record) -> Answer:
    ignored = ignored_fields(request, context.company.switch("country"))
    ret = Renderer(context.company, texts(request, "IncludeRetElement")).ret(record)
    return Answer(ignored[0] if ignored else OK, [ret])


def _clean(context: Context, request: etree._Element) -> Fields:
    return clean(context.company.switch("country"), request[0])


def clean(country: str, box: etree._Element) -> Fields:
    """The fields of an Add or Mod as QuickBooks takes them: those that the edition does not ignore, each in the form
    of its type and in QuickBooks' character set."""
    wanted = aggregate(str(box.tag))
    ignored = [name for name, rule in wanted.children.items() if is_ignored(country, box, rule)]
    return [item for item in _taken(box, wanted) if item[0] not in ignored]


def _taken(box: etree._Element, wanted: Model) -> Fields:
    fields: Fields = []
    for child in box:
        rule = wanted.children[str(child.tag)]
        if rule.type.startswith("@"):
            fields.append((rule.name, _taken(child, aggregate(rule.type[1:]))))
            continue
        value = normal(rule.type, storable(child.text or ""))
        # There is no third state to which an empty element could clear a yes or no.
        if value or rule.type != "bool":
            fields.append((rule.name, value))
    return fields


def storable(text: str) -> str:
    """Text in QuickBooks' character set (Windows-1252): other characters become question marks."""
    return text if text.isascii() else text.encode(_CHARACTERS, "replace").decode(_CHARACTERS)
