"""Custom fields and private data: their definitions, and their values on records and on the company.

OwnerID 0 = custom fields of the user, a GUID = private data of an application. Writing a value moves
TimeModified of the record, not its EditSequence.
"""

from __future__ import annotations

import json

from lxml import etree

from quickbooks_sim.engine.answer import Answer, Context
from quickbooks_sim.engine.filters import text
from quickbooks_sim.engine.queries import texts
from quickbooks_sim.engine.writes import storable
from quickbooks_sim.fields import Fields
from quickbooks_sim.locks import check_unlocked
from quickbooks_sim.records import Record, by_full_name, by_id, touch
from quickbooks_sim.status import (
    NO_MATCH,
    OK,
    UNSUPPORTED,
    Refusal,
    Status,
    cannot_modify_extension,
    gone,
    name_in_use,
    too_long,
)

CUSTOM = "0"
CUSTOM_OBJECTS = ("Customer", "Vendor", "Employee", "Item")
_KINDS = {"Item": ("ItemSalesTax", "ItemSalesTaxGroup")}
_LIMITS = {"STR255TYPE": 255, "STR1024TYPE": 1024}
NOT_FOR_OBJECT = Status(3351, "Custom fields cannot be defined for this object.")


def definition_add(context: Context, request: etree._Element) -> Answer:
    """DataExtDefAdd."""
    box = request[0]
    owner, name = text(box, "OwnerID") or "", storable(text(box, "DataExtName") or "").strip()
    assigned = texts(box, "AssignToObject")
    if owner == CUSTOM and not set(assigned) <= set(CUSTOM_OBJECTS):
        raise Refusal(NOT_FOR_OBJECT)
    row = context.company.execute(
        "select 1 from data_definition where owner_id = ? and name_key = ?", (owner, name.casefold())
    ).fetchone()
    if row is not None:
        raise Refusal(name_in_use(name))
    number = context.company.next_number("data definition")
    context.company.execute(
        "insert into data_definition values (?, ?, ?, ?, ?, ?)",
        (owner, name, name.casefold(), text(box, "DataExtType"), json.dumps(assigned), number),
    )
    return Answer(
        OK, [("DataExtDefRet", _definition(owner, number, name, text(box, "DataExtType") or "", assigned))]
    )


def _definition(owner: str, number: int, name: str, kind: str, assigned: list[str]) -> Fields:
    return [
        ("OwnerID", owner),
        ("DataExtID", str(number)),
        ("DataExtName", name),
        ("DataExtType", kind),
        *(("AssignToObject", one) for one in assigned),
        ("DataExtListRequire", "false"),
        ("DataExtTxnRequire", "false"),
        ("DataExtFormatString", ""),
    ]


def definition_query(context: Context, request: etree._Element) -> Answer:
    """DataExtDefQuery. Without an OwnerID (and without an object) nothing is found, as in QuickBooks."""
    owners, objects = texts(request, "OwnerID"), texts(request, "AssignToObject")
    wanted = texts(request, "IncludeRetElement")
    found: Fields = []
    for row in context.company.execute("select * from data_definition order by number").fetchall():
        assigned = json.loads(row["assigned"])
        mine = row["owner_id"].casefold() in [owner.casefold() for owner in owners]
        if mine or set(assigned) & set(objects):
            fields = _definition(row["owner_id"], row["number"], row["name"], row["type"], assigned)
            found.append(("DataExtDefRet", [item for item in fields if not wanted or item[0] in wanted]))
    meta = request.get("metaData")
    counted = (("retCount", str(len(found))),) if meta in ("MetaDataOnly", "MetaDataAndResponseData") else ()
    return Answer(OK if found else NO_MATCH, [] if meta == "MetaDataOnly" else found, counted)


def extension_write(context: Context, request: etree._Element) -> Answer:
    """DataExtAdd and DataExtMod: both set the value, whether there was one or not."""
    box = request[0]
    owner, name = text(box, "OwnerID") or "", text(box, "DataExtName") or ""
    value = storable(text(box, "DataExtValue") or "")
    record, kind = _object(context, box)
    row = context.company.execute(
        "select * from data_definition where owner_id = ? and name_key = ?", (owner, name.casefold())
    ).fetchone()
    if row is None and kind == "Company" and name in context.company.private_data(owner):
        # What the Web Connector keeps there (FileID, AppLock) has no definition.
        context.company.private_data_store(owner, name, value)
        return Answer(OK, [("DataExtRet", _extension(owner, name, "STR255TYPE", value))])
    if row is None or kind not in json.loads(row["assigned"]):
        raise Refusal(cannot_modify_extension(name, "The data extension is not defined for this object."))
    if len(value) > _LIMITS.get(row["type"], 255):
        raise Refusal(too_long(value, "DataExtValue"))
    space, list_id = (record.space, record.list_id) if record else ("Company", "")
    context.company.execute(
        "insert or replace into data_extension values (?, ?, ?, ?, ?, ?, ?)",
        (space, list_id, row["owner_id"], row["name"], row["name_key"], row["type"], value),
    )
    if record is not None:
        touch(context.company, record)
    return Answer(OK, [("DataExtRet", _extension(row["owner_id"], row["name"], row["type"], value))])


def _extension(owner: str, name: str, kind: str, value: str) -> Fields:
    return [("OwnerID", owner), ("DataExtName", name), ("DataExtType", kind), ("DataExtValue", value)]


def extension_del(context: Context, request: etree._Element) -> Answer:
    """DataExtDel: removes the value, the definition stays."""
    box = request[0]
    owner, name = text(box, "OwnerID") or "", text(box, "DataExtName") or ""
    record, kind = _object(context, box)
    space, list_id = (record.space, record.list_id) if record else ("Company", "")
    done = context.company.execute(
        "delete from data_extension where space = ? and list_id = ? and owner_id = ? and name_key = ?",
        (space, list_id, owner, name.casefold()),
    )
    if not done.rowcount:
        raise Refusal(cannot_modify_extension(name, "The data extension has no value."))
    clock = context.company.clock()
    target: Fields = [("OtherDataExtType", "Company")]
    if record is not None:
        touch(context.company, record)
        target = [
            ("ListDataExtType", kind),
            ("ListObjRef", [("ListID", record.list_id), ("FullName", record.full_name)]),
        ]
    ret: Fields = [
        ("OwnerID", owner),
        ("DataExtName", name),
        *target,
        ("TimeDeleted", clock.printed(clock.now())),
    ]
    return Answer(OK, [("DataExtDelRet", ret)])


def _object(context: Context, box: etree._Element) -> tuple[Record | None, str]:
    """What the extension belongs to: a record and its type, or (None, "Company")."""
    if text(box, "OtherDataExtType") is not None:
        return None, "Company"
    kind = text(box, "ListDataExtType")
    if kind is None:
        raise Refusal(UNSUPPORTED)
    kinds = _KINDS.get(kind, (kind,))
    list_id, full_name = text(box, "ListObjRef/ListID") or "", text(box, "ListObjRef/FullName") or ""
    record = (
        by_id(context.company, kinds, list_id) if list_id else by_full_name(context.company, kinds, full_name)
    )
    if record is None:
        raise Refusal(gone(list_id or full_name))
    check_unlocked(context.company, record)
    return record, kind
