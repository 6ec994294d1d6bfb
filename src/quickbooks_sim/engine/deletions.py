"""ListDel and ListDeletedQuery.

A record that is in use is never deleted. In multi-user mode QuickBooks either refuses or, as was observed,
says OK and keeps the record inactive: a switch decides.
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.engine.answer import Answer, Context
from quickbooks_sim.engine.filters import text, time_range
from quickbooks_sim.engine.queries import is_list_id, texts
from quickbooks_sim.fields import Fields, text_of
from quickbooks_sim.locks import check_unlocked
from quickbooks_sim.records import Record, by_id, change, remove, users
from quickbooks_sim.status import (
    NO_MATCH,
    OK,
    UNSUPPORTED,
    Refusal,
    bad_id,
    cannot_delete,
    gone,
    in_use,
)
from quickbooks_sim.tables.lists import KINDS, PREFERRED

KEPT_DAYS = 90
DEFAULT_TAX_CODES = ("Tax", "Non")


def check_deletable(company: CompanyFile, record: Record) -> None:
    """Refusal if QuickBooks deletes this record in no mode: it is open in a form, or something uses it."""
    check_unlocked(company, record)
    is_default = record.kind == "SalesTaxCode" and record.name in DEFAULT_TAX_CODES
    if is_default or users(company, record) or record.balance or _is_preferred(company, record):
        raise Refusal(in_use(record.list_id))


def _is_preferred(company: CompanyFile, record: Record) -> bool:
    """Whether the preferences name it: the default tax item, the default tax codes, and the like."""
    return any(
        target == record.space and text_of(ref, "ListID") == record.list_id
        for group, content in company.document("PreferencesRet")
        for name, ref in (content if isinstance(content, list) else [])
        if isinstance(ref, list) and (target := PREFERRED.get(name)) is not None
    )


def list_del(context: Context, request: etree._Element) -> Answer:
    """ListDel: the answer is flat, without a Ret."""
    kind, list_id = text(request, "ListDelType") or "", text(request, "ListID") or ""
    if kind not in KINDS:
        return Answer(UNSUPPORTED)
    if not is_list_id(list_id):
        raise Refusal(bad_id(list_id, "list id"))
    record = by_id(context.company, (kind,), list_id)
    if record is None:
        raise Refusal(gone(list_id))
    check_deletable(context.company, record)
    clock = context.company.clock()
    if context.company.switch("mode") == "multi":
        if context.company.switch("list_del_multi_user") == "refuse":
            raise Refusal(cannot_delete(list_id))
        change(context.company, record, replace(record, is_active=False))
        second = clock.now()
    else:
        second = remove(context.company, record)
    return Answer(
        OK,
        [
            ("ListDelType", kind),
            ("ListID", list_id),
            ("TimeDeleted", clock.printed(second)),
            ("FullName", record.full_name),
        ],
    )


def list_deleted_query(context: Context, request: etree._Element) -> Answer:
    """ListDeletedQuery: what was deleted in the last 90 days, of the types that are named."""
    company = context.company
    clock = company.clock()
    low, high = time_range(
        company, request, "DeletedDateRangeFilter/FromDeletedDate", "DeletedDateRangeFilter/ToDeletedDate"
    )
    wanted = texts(request, "IncludeRetElement")
    found: Fields = []
    for kind in dict.fromkeys(texts(request, "ListDelType")):
        rows = company.execute(
            "select * from deleted where kind = ? and deleted_at >= ? order by deleted_at, list_id",
            (kind, clock.now() - KEPT_DAYS * 86400),
        )
        for row in rows.fetchall():
            wall = clock.wall(row["deleted_at"])
            if (low and wall < low) or (high and wall > high):
                continue
            fields: Fields = [
                ("ListDelType", kind),
                ("ListID", row["list_id"]),
                ("TimeCreated", row["created_text"]),
                ("TimeDeleted", clock.printed(row["deleted_at"])),
                ("FullName", row["full_name"]),
            ]
            found.append(("ListDeletedRet", [item for item in fields if not wanted or item[0] in wanted]))
    meta = request.get("metaData")
    counted = (("retCount", str(len(found))),) if meta in ("MetaDataOnly", "MetaDataAndResponseData") else ()
    return Answer(OK if found else NO_MATCH, [] if meta == "MetaDataOnly" else found, counted)
