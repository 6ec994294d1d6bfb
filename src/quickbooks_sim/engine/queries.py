"""Answers list queries: by IDs, by names, or by filters, whole or page by page.

Pages come straight from the index of the list order; a query must never read a row that it does not return.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from quickbooks_sim.engine.answer import Answer, Context
from quickbooks_sim.engine.filters import conditions
from quickbooks_sim.engine.iterators import Place
from quickbooks_sim.engine.render import Renderer
from quickbooks_sim.fields import Fields
from quickbooks_sim.records import Record, by_full_name, by_id, of_row
from quickbooks_sim.status import NO_MATCH, OK, Refusal, Status, bad_id, bad_iterator, gone, not_found
from quickbooks_sim.tables.lists import spaces

Handler = Callable[[Context, etree._Element], Answer]

QUERIES: dict[str, tuple[str, ...]] = {
    "CustomerQueryRq": ("Customer",),
    "VendorQueryRq": ("Vendor",),
    "AccountQueryRq": ("Account",),
    "TermsQueryRq": ("StandardTerms", "DateDrivenTerms"),
    "StandardTermsQueryRq": ("StandardTerms",),
    "DateDrivenTermsQueryRq": ("DateDrivenTerms",),
    "SalesTaxCodeQueryRq": ("SalesTaxCode",),
    "ItemSalesTaxQueryRq": ("ItemSalesTax",),
    "ItemSalesTaxGroupQueryRq": ("ItemSalesTaxGroup",),
    "EntityQueryRq": ("Customer", "Employee", "OtherName", "Vendor"),
    "ItemQueryRq": spaces()["Item"],
}
_LIST_ID = re.compile(r"[0-9A-Fa-f]+-[0-9]+")


def is_list_id(text: str) -> bool:
    """Whether a text has the form of a ListID."""
    return _LIST_ID.fullmatch(text) is not None


def texts(request: etree._Element, name: str) -> list[str]:
    """The texts of all children of that name."""
    return [child.text or "" for child in request if child.tag == name]


def list_query(context: Context, request: etree._Element) -> Answer:
    """Executes one query of `QUERIES`."""
    kinds = QUERIES[str(request.tag)]
    renderer = Renderer(context.company, texts(request, "IncludeRetElement"), texts(request, "OwnerID"))
    ids, names = texts(request, "ListID"), texts(request, "FullName")
    if ids or names:
        found, status = _asked(context, kinds, ids, names)
        return _answer(request, status, [renderer.ret(record) for record in found], len(found), ())
    iterator = request.get("iterator")
    if iterator == "Stop":
        return _stop(context, request)
    if iterator is not None:
        return _page(context, request, kinds, renderer, str(iterator))
    where, values = conditions(context.company, kinds, request)
    limit = _limit(request)
    if request.get("metaData") == "MetaDataOnly":
        return _answer(request, OK, [], _count(context, where, values), ())
    # One record after the other: of a long list only what is shown is kept in memory.
    rets: Fields = [renderer.ret(record) for record in _read(context, where, values, limit)]
    return _answer(request, OK if rets else NO_MATCH, rets, len(rets), ())


def _asked(
    context: Context, kinds: tuple[str, ...], ids: list[str], names: list[str]
) -> tuple[list[Record], Status]:
    found: list[Record] = []
    status = OK
    for asked in ids or names:
        if ids and not is_list_id(asked):
            raise Refusal(bad_id(asked, "list id"))
        look = by_id if ids else by_full_name
        record = look(context.company, kinds, asked)
        if record is not None:
            found.append(record)
        elif ids and context.company.switch("missing_id") == "3120":
            raise Refusal(gone(asked))
        elif status is OK:
            status = not_found(asked)
    return found, status


def _limit(request: etree._Element) -> int | None:
    given = texts(request, "MaxReturned")
    return int(given[0]) if given else None


def _count(context: Context, where: str, values: tuple[object, ...]) -> int:
    row = context.company.execute(f"select count(*) as n from record where {where}", values).fetchone()  # noqa: S608
    return int(row["n"])


def _read(context: Context, where: str, values: tuple[object, ...], limit: int | None) -> Iterator[Record]:
    # `where` is put together from constants in `filters`; everything that came from outside is in `values`.
    statement = f"select * from record where {where} order by sort_key, list_id limit ?"  # noqa: S608
    return map(of_row, context.company.execute(statement, (*values, -1 if limit is None else limit)))


def _stop(context: Context, request: etree._Element) -> Answer:
    iterator_id = str(request.get("iteratorID") or "")
    place = context.iterators.resume(str(request.tag), iterator_id)
    context.iterators.stop(iterator_id)
    return Answer(OK, [], (("iteratorRemainingCount", str(place.remaining)), ("iteratorID", iterator_id)))


def _page(
    context: Context, request: etree._Element, kinds: tuple[str, ...], renderer: Renderer, iterator: str
) -> Answer:
    message = str(request.tag)
    if iterator == "Start":
        where, values = conditions(context.company, kinds, request)
        total = _count(context, where, values)
        place = Place(message, where, values, _limit(request), "", "", total, total, 0)
        iterator_id = ""
    else:
        iterator_id = str(request.get("iteratorID") or "")
        if not iterator_id:
            raise Refusal(bad_iterator(iterator_id))
        place = context.iterators.resume(message, iterator_id)
    # One more than a page: whether something is left is looked up, not reckoned, as the list may have changed.
    rows = context.company.execute(
        f"select * from record where {place.where} and (sort_key, list_id) > (?, ?) "  # noqa: S608
        "order by sort_key, list_id limit ?",
        (*place.values, place.sort_key, place.list_id, -1 if place.page is None else place.page + 1),
    ).fetchall()
    more = place.page is not None and len(rows) > place.page
    found = [of_row(row) for row in rows[: place.page]]
    if found:
        last = rows[len(found) - 1]
        place.sort_key, place.list_id = last["sort_key"], last["list_id"]
    place.remaining = max(place.remaining - len(found), 1) if more else 0
    if iterator == "Start":
        iterator_id = context.iterators.start(place)
    state = (("iteratorRemainingCount", str(place.remaining)), ("iteratorID", iterator_id))
    fields: Fields = [renderer.ret(record) for record in found]
    return _answer(request, OK if found else NO_MATCH, fields, place.total, state)


def _answer(
    request: etree._Element, status: Status, fields: Fields, count: int, state: tuple[tuple[str, str], ...]
) -> Answer:
    meta = request.get("metaData")
    counted = (("retCount", str(count)),) if meta in ("MetaDataOnly", "MetaDataAndResponseData") else ()
    return Answer(status, [] if meta == "MetaDataOnly" else fields, (*counted, *state))
