"""Adding and changing list records, for applications and for people alike.

Takes fields as an Add or Mod carries them. A rule of QuickBooks that is broken is a Refusal; the caller's span
then leaves nothing behind. Edit sequences are the business of the caller.
"""

from __future__ import annotations

from dataclasses import replace

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.engine.shapes import check_features, shape_new, shape_old
from quickbooks_sim.fields import Fields, first, group_of, in_order, text_of, without
from quickbooks_sim.locks import check_unlocked
from quickbooks_sim.money import cents
from quickbooks_sim.ordering import key
from quickbooks_sim.records import (
    Record,
    add,
    by_full_name,
    by_id,
    change,
    make_inactive_below,
    new_list_id,
    set_balance,
)
from quickbooks_sim.status import Refusal, bad_parent, bad_reference, cannot_store, has_colon
from quickbooks_sim.tables.lists import KINDS, MAX_SUBLEVEL, OWN_REFERENCES, REFERENCES
from quickbooks_sim.tables.words import words

_OUTSIDE_BODY = words(
    "ListID EditSequence Name IsActive ParentRef OpenBalance OpenBalanceDate IncludeRetElement DataExtRet"
)


def add_record(company: CompanyFile, kind: str, fields: Fields) -> Record:
    """Adds a record of this kind and returns it as stored."""
    name = check_name(kind, text_of(fields, "Name"))
    check_features(company, fields)
    parent = _parent(company, kind, group_of(fields, "ParentRef"))
    body = without(_resolved(company, kind, fields), *_OUTSIDE_BODY)
    body = shape_new(company, kind, [item for item in body if item[1] not in ("", [])], parent)
    clock = company.clock()
    now = clock.now()
    space = KINDS[kind].space
    stamp = clock.printed(now)
    record = Record(
        space,
        new_list_id(company, space, now),
        kind,
        name,
        f"{parent.full_name}:{name}" if parent else name,
        parent.list_id if parent else None,
        parent.sublevel + 1 if parent else 0,
        text_of(fields, "IsActive", "true") == "true",
        str(now),
        stamp,
        stamp,
        clock.wall(now),
        0,
        0,
        in_order(body, KINDS[kind].order),
    )
    add(company, record)
    opening = cents(text_of(fields, "OpenBalance", "0"))
    if opening and KINDS[kind].has_balance:
        set_balance(company, record, opening)
    return stored(company, record)


def modify_record(company: CompanyFile, old: Record, fields: Fields) -> Record:
    """Changes a record: what is not in `fields` stays, an empty element clears. Returns it as stored."""
    check_unlocked(company, old)
    check_features(company, fields)
    kind = old.kind
    name = check_name(kind, text_of(fields, "Name")) if first(fields, "Name") is not None else old.name
    if first(fields, "ParentRef") is not None:
        parent = _parent(company, kind, group_of(fields, "ParentRef"), old)
    else:
        parent = by_id(company, (kind,), old.parent_id) if old.parent_id else None
    active = text_of(fields, "IsActive", "true" if old.is_active else "false") == "true"
    changes = without(_resolved(company, kind, fields), *_OUTSIDE_BODY)
    body = shape_old(company, kind, old.body, changes)
    new = replace(
        old,
        name=name,
        full_name=f"{parent.full_name}:{name}" if parent else name,
        parent_id=parent.list_id if parent else None,
        sublevel=parent.sublevel + 1 if parent else 0,
        is_active=active,
        body=in_order(body, KINDS[kind].order),
    )
    change(company, old, new)
    if old.is_active and not active and company.switch("inactive_parent") == "with_jobs":
        make_inactive_below(company, new)
    return stored(company, old)


def turn_into(company: CompanyFile, old: Record, kind: str, fields: Fields) -> Record:
    """Makes a record one of another kind of its list, as people can with terms: ID, name and state stay, everything
    else is what `fields` say. Returns it as stored."""
    if KINDS[kind].space != old.space:
        raise ValueError(f"a {old.kind} cannot become a {kind}")
    check_unlocked(company, old)
    body = without(_resolved(company, kind, fields), *_OUTSIDE_BODY)
    body = shape_new(company, kind, [item for item in body if item[1] not in ("", [])], None)
    return stored(
        company, change(company, old, replace(old, kind=kind, body=in_order(body, KINDS[kind].order)))
    )


def stored(company: CompanyFile, record: Record) -> Record:
    """The record as it is in the file now. It must be there."""
    found = by_id(company, (record.kind,), record.list_id)
    if found is None:
        raise RuntimeError(f"{record.kind} {record.list_id} is not in the file")
    return found


def check_name(kind: str, name: str) -> str:
    """A name that QuickBooks stores: trimmed, not empty, without a colon."""
    name = name.strip()
    if not name:
        raise Refusal(cannot_store(name, KINDS[kind].name_field, "The name cannot be blank."))
    if ":" in name:
        raise Refusal(has_colon(name, KINDS[kind].name_field))
    return name


def _parent(company: CompanyFile, kind: str, ref: Fields, child: Record | None = None) -> Record | None:
    list_id, full_name = text_of(ref, "ListID"), text_of(ref, "FullName")
    asked = list_id or full_name
    if not asked:
        return None
    plural = KINDS[kind].plural
    parent = by_id(company, (kind,), list_id) if list_id else by_full_name(company, (kind,), full_name)
    if parent is None:
        raise Refusal(bad_parent(asked, plural))
    above: Record | None = parent
    while child is not None and above is not None:
        if above.list_id == child.list_id:
            raise Refusal(bad_parent(asked, plural, "A record cannot be its own parent."))
        above = by_id(company, (kind,), above.parent_id) if above.parent_id else None
    depth = _depth_below(company, child) if child is not None else 0
    if parent.sublevel + 1 + depth > MAX_SUBLEVEL:
        raise Refusal(bad_parent(asked, plural, f"There can be no more than {MAX_SUBLEVEL + 1} levels."))
    return parent


def _depth_below(company: CompanyFile, record: Record) -> int:
    prefix = key(record.full_name) + ":"
    row = company.execute(
        "select coalesce(max(sublevel), ?) as deepest from record where space = ? and substr(full_key, 1, ?) = ?",
        (record.sublevel, record.space, len(prefix), prefix),
    ).fetchone()
    return int(row["deepest"]) - record.sublevel


def _resolved(company: CompanyFile, kind: str, fields: Fields) -> Fields:
    """References with ListID and FullName of what they point to; 3140 if there is no such record."""
    result: Fields = []
    for name, content in fields:
        target = OWN_REFERENCES.get((kind, name), REFERENCES.get(name))
        if target is None:
            result.append((name, content))
            continue
        ref = content if isinstance(content, list) else []
        # If both are sent, the FullName is ignored.
        list_id, full_name = text_of(ref, "ListID"), text_of(ref, "FullName")
        if not list_id and not full_name:
            result.append((name, []))
            continue
        found = (
            by_id(company, target.kinds, list_id)
            if list_id
            else by_full_name(company, target.kinds, full_name)
        )
        if found is None:
            raise Refusal(bad_reference(target.label, list_id or full_name, kind))
        result.append((name, [("ListID", found.list_id), ("FullName", found.full_name)]))
    return result
