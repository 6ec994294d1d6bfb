"""Plans and their actions. An intent is an action that has been opened: committed before anything is sent.

planned → open → done | refused; planned → dropped when what it was decided on has moved. Decisions that write
nothing are ``shown``: they stand in the plan for people.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Row, bindparam, exists, func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import actions, plans
from fieldledger.journal.sights import chunks
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import WRITES, Action, Verb
from fieldledger.model.record import pack, unpack


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """state: making (not whole yet), proposed (waits for approval), approved, done, replaced. why: why it needs
    approval, "" = it does not."""

    id: int
    company: str
    number: int
    run: int | None
    state: str
    why: str
    made_at: str
    approved_at: str | None
    approved_by: str | None


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A stored action; the rest as in `fieldledger.model.plan.Action`.

    key          the intent's GUID, once opened
    attempts     how often it was sent; unanswered: how often nobody told what came of it, and it had not happened
    retry_at     Unix seconds: not tried again before
    message_set  the set that it went out in
    """

    id: int
    plan: int
    kind: Kind
    verb: Verb
    side: Side
    books: str | None
    field: str | None
    name: str
    reason: str
    told: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    fields: tuple[str, ...]
    agreed: dict[str, Any] | None
    kept: dict[str, Any] | None
    kept_books: dict[str, Any] | None
    lost: dict[str, Any] | None
    seen: bytes
    seen_field: bytes
    version: str
    state: str
    key: str | None
    attempts: int
    unanswered: int
    retry_at: float
    message_set: int | None
    wish: int | None


_PACKED = ("before", "after", "agreed", "kept", "kept_books", "lost")


def _plan(row: Row[Any]) -> Plan:
    return Plan(**row._mapping)


def _planned(row: Row[Any]) -> Planned:
    values = dict(row._mapping)
    del values["company"]
    for name in _PACKED:
        values[name] = None if values[name] is None else unpack(values[name])
    values["fields"] = tuple(json.loads(values["fields"]))
    values["kind"], values["verb"], values["side"] = (
        Kind(values["kind"]),
        Verb(values["verb"]),
        Side(values["side"]),
    )
    return Planned(**values)


def open_plan(tx: Tx, company: str, run: int | None, at: str) -> int:
    """The plan that is being made, or a new one. One that no person has approved and that is not finished is replaced,
    and what it planned moves into the new one: what a person approves, and what the brake weighs, is everything that
    is about to happen. Nothing of it is carried out, or can be approved, before `propose` or `release`."""
    making = tx.execute(
        select(plans.c.id).where(plans.c.company == company, plans.c.state == "making")
    ).scalar_one_or_none()
    if making is not None:
        return int(making)
    old = list(tx.execute(select(plans.c.id).where(plans.c.company == company, _unapproved())).scalars())
    tx.execute(update(plans).where(plans.c.id.in_(old)).values(state="replaced"))
    number = tx.execute(
        select(func.coalesce(func.max(plans.c.number), 0) + 1).where(plans.c.company == company)
    ).scalar_one()
    done = tx.execute(
        insert(plans).values(company=company, number=number, run=run, state="making", made_at=at)
    ).inserted_primary_key
    assert done is not None
    tx.execute(
        update(actions)
        .where(actions.c.plan.in_(old), actions.c.state.in_(("planned", "shown")))
        .values(plan=done[0])
    )
    return int(done[0])


def _unapproved() -> ColumnElement[bool]:
    return plans.c.state.in_(("proposed", "approved")) & plans.c.approved_at.is_(None)


def propose(tx: Tx, plan: int, why: str) -> None:
    """The plan is whole, and waits for a person."""
    tx.execute(update(plans).where(plans.c.id == plan).values(state="proposed", why=why))


def release(tx: Tx, plan: int) -> None:
    """The plan is whole, and needs no person. One that was shown waits for its person all the same."""
    tx.execute(
        update(plans).where(plans.c.id == plan, plans.c.state == "making").values(state="approved", why="")
    )


def approve(tx: Tx, plan: int, who: str, at: str) -> None:
    tx.execute(
        update(plans).where(plans.c.id == plan).values(state="approved", approved_by=who, approved_at=at)
    )


def take_back(tx: Tx, company: str, run: int | None, at: str) -> None:
    """Something came up after plans were approved: what is left of them is part of the next plan, to be shown."""
    left = exists().where(actions.c.plan == plans.c.id, actions.c.state == "planned")
    mine = (
        (plans.c.company == company) & (plans.c.state == "approved") & plans.c.approved_at.is_not(None) & left
    )
    if tx.execute(update(plans).where(mine).values(approved_at=None, approved_by=None)).rowcount:
        open_plan(tx, company, run, at)


def finish(tx: Tx, company: str) -> None:
    """Approved plans without anything left to do are done."""
    left = select(actions.c.plan).where(
        actions.c.company == company, actions.c.state.in_(("planned", "open"))
    )
    tx.execute(
        update(plans)
        .where(plans.c.company == company, plans.c.state == "approved", plans.c.id.not_in(left))
        .values(state="done")
    )


def proposed(tx: Tx, company: str) -> Plan | None:
    row = tx.execute(select(plans).where(plans.c.company == company, plans.c.state == "proposed")).first()
    return _plan(row) if row else None


def unapproved(tx: Tx, company: str) -> int | None:
    """The plan that is being made, or that no person has approved and that has something left to do; `open_plan`
    leaves one at most."""
    left = exists().where(actions.c.plan == plans.c.id, actions.c.state == "planned")
    query = select(plans.c.id).where(
        plans.c.company == company, (plans.c.state == "making") | (_unapproved() & left)
    )
    return tx.execute(query.limit(1)).scalar_one_or_none()


def newest(tx: Tx, company: str, limit: int = 1) -> list[Plan]:
    query = select(plans).where(plans.c.company == company).order_by(plans.c.number.desc())
    return [_plan(row) for row in tx.execute(query.limit(limit))]


def by_number(tx: Tx, company: str, number: int) -> Plan | None:
    row = tx.execute(select(plans).where(plans.c.company == company, plans.c.number == number)).first()
    return _plan(row) if row else None


def ever_carried_out(tx: Tx, company: str) -> bool:
    """Whether a plan of this company was ever approved by a person or found to need no approval and did something."""
    approved = select(plans.c.id).where(plans.c.company == company, plans.c.approved_at.is_not(None))
    done = select(actions.c.id).where(actions.c.company == company, actions.c.state == "done")
    return any(tx.execute(query.limit(1)).first() is not None for query in (approved, done))


def add(tx: Tx, company: str, plan: int, decided: Sequence[tuple[Action, str]]) -> None:
    """Store decisions with their sentences. Call `replace` for their records first."""
    rows = [
        {
            "company": company, "plan": plan, "kind": action.kind, "verb": action.verb, "side": action.side,
            "books": action.books, "field": action.field, "name": action.name, "reason": action.reason, "told": told,
            **{name: None if (value := getattr(action, name)) is None else pack(value) for name in _PACKED},
            "fields": json.dumps(action.fields), "seen": action.seen, "seen_field": action.seen_field,
            "version": action.version, "wish": action.wish, "state": "planned" if action.verb in WRITES else "shown",
        }
        for action, told in decided
    ]  # fmt: skip
    if rows:
        tx.execute(insert(actions), rows)


def replace(tx: Tx, company: str, kind: Kind, side: Side, ids: Iterable[str]) -> int:
    """Whatever is planned for these records, known by their ids on this side, is planned anew. Returns how many
    planned actions that dropped."""
    dropped = 0
    column = actions.c.books if side is Side.BOOKS else actions.c.field
    waiting = select(plans.c.id).where(plans.c.company == company, plans.c.state.in_(("making", "proposed")))
    for part in chunks(ids):
        mine = (actions.c.company == company) & (actions.c.kind == kind) & column.in_(part)
        planned = update(actions).where(mine, actions.c.state == "planned")
        dropped += tx.execute(planned.values(state="dropped")).rowcount
        shown = update(actions).where(mine, actions.c.state == "shown", actions.c.plan.in_(waiting))
        tx.execute(shown.values(state="dropped"))
    return dropped


def next_planned(
    tx: Tx, company: str, limit: int, *, verbs: Sequence[Verb] = WRITES, side: Side | None = None,
    now: float | None = None, but: Collection[int] = (),
) -> list[Planned]:  # fmt: skip
    """Actions of approved plans, oldest plan first. A record whose last write has no outcome yet is left alone.

    side  only those that write this side; now: Unix seconds, only what may be tried by then; but: without these
    """
    query = (
        select(actions)
        .join(plans, plans.c.id == actions.c.plan)
        .where(
            actions.c.company == company, actions.c.state == "planned", plans.c.state == "approved",
            actions.c.verb.in_(verbs), actions.c.id.not_in(but), ~_busy(actions.c.books), ~_busy(actions.c.field),
        )
    )  # fmt: skip
    if side is not None:
        query = query.where(actions.c.side == side)
    if now is not None:
        query = query.where(actions.c.retry_at <= now)
    return [_planned(row) for row in tx.execute(query.order_by(actions.c.plan, actions.c.id).limit(limit))]


def _busy(column: Column[str]) -> ColumnElement[bool]:
    """An open action about the same record."""
    return exists().where(
        _unsettled.c.company == actions.c.company, _unsettled.c.kind == actions.c.kind,
        _unsettled.c.state == "open", _unsettled.c[column.name] == column,
    )  # fmt: skip


_unsettled = actions.alias()
"""Made once: to name all of its columns takes longer than to ask the database."""


def to_be_linked(tx: Tx, company: str, kind: Kind, field: Iterable[str]) -> dict[str, str]:
    """Those of these field records that a planned action is to link, and with which books records."""
    return {
        row.field: row.books
        for part in chunks(field)
        for row in tx.execute(
            select(actions.c.field, actions.c.books).where(
                actions.c.company == company, actions.c.kind == kind, actions.c.field.in_(part),
                actions.c.state == "planned", actions.c.verb == Verb.LINK,
            )
        )
    }  # fmt: skip


def to_be_paired(tx: Tx, company: str, kinds: Sequence[Kind]) -> list[tuple[Kind, str | None, str | None]]:
    """Records of these kinds that a planned or open action is to link, or to create on the other side: kind, books id
    and field id of each."""
    query = select(actions.c.kind, actions.c.books, actions.c.field).where(
        actions.c.company == company, actions.c.kind.in_(kinds), actions.c.state.in_(("planned", "open")),
        actions.c.verb.in_((Verb.LINK, Verb.CREATE)),
    )  # fmt: skip
    return [(Kind(row.kind), row.books, row.field) for row in tx.execute(query)]


def promised(tx: Tx, company: str, kind: Kind, books: Iterable[str]) -> set[str]:
    """The field records that planned actions are to link with these books records."""
    return {
        field
        for part in chunks(books)
        for field in tx.execute(
            select(actions.c.field).where(
                actions.c.company == company, actions.c.kind == kind, actions.c.books.in_(part),
                actions.c.state == "planned", actions.c.verb == Verb.LINK,
            )
        ).scalars()
    }  # fmt: skip


def next_retry(tx: Tx, company: str, side: Side) -> float | None:
    """Unix seconds at which the first of what waits may be tried again; None = nothing waits."""
    query = (
        select(func.min(actions.c.retry_at))
        .join(plans, plans.c.id == actions.c.plan)
        .where(
            actions.c.company == company, actions.c.state == "planned", plans.c.state == "approved",
            actions.c.side == side,
        )
    )  # fmt: skip
    return tx.execute(query).scalar_one_or_none()


def opened(tx: Tx, company: str, limit: int, after: int = 0, side: Side | None = None) -> list[Planned]:
    """What was about to be sent, or was sent without an answer; ``after`` is an action id to page on from."""
    query = select(actions).where(
        actions.c.company == company, actions.c.state == "open", actions.c.id > after
    )
    if side is not None:
        query = query.where(actions.c.side == side)
    return [_planned(row) for row in tx.execute(query.order_by(actions.c.id).limit(limit))]


def still_open(tx: Tx, ids: Iterable[int]) -> set[int]:
    """Those of these actions that are open."""
    return {
        id
        for part in chunks(ids)
        for id in tx.execute(
            select(actions.c.id).where(actions.c.id.in_(part), actions.c.state == "open")
        ).scalars()
    }


def unsettled(tx: Tx, company: str) -> int:
    """How many actions are open."""
    query = (
        select(func.count())
        .select_from(actions)
        .where(actions.c.company == company, actions.c.state == "open")
    )
    return int(tx.execute(query).scalar_one())


_OPEN = (
    update(actions)
    .where(actions.c.id == bindparam("of"))
    .values(state="open", key=bindparam("new_key"), attempts=actions.c.attempts + 1)
)


def open_intents(tx: Tx, keys: Mapping[int, str]) -> None:
    """Before they are sent; keys by action id. Sending the same key again is safe, and attempts are counted."""
    if keys:
        tx.execute(_OPEN, [{"of": action, "new_key": key} for action, key in keys.items()])


def of_set(tx: Tx, message_set: int) -> list[Planned]:
    """What went out in a message set and has no outcome yet."""
    query = select(actions).where(actions.c.message_set == message_set, actions.c.state == "open")
    return [_planned(row) for row in tx.execute(query.order_by(actions.c.id))]


def by_id(tx: Tx, ids: Iterable[int]) -> list[Planned]:
    return [
        _planned(row)
        for part in chunks(ids)
        for row in tx.execute(select(actions).where(actions.c.id.in_(part)).order_by(actions.c.id))
    ]


def put_into_set(tx: Tx, ids: Iterable[int], message_set: int) -> None:
    for part in chunks(ids):
        tx.execute(update(actions).where(actions.c.id.in_(part)).values(message_set=message_set))


def settle(tx: Tx, ids: Iterable[int], state: str) -> None:
    """These actions are done, refused or dropped."""
    for part in chunks(ids):
        tx.execute(update(actions).where(actions.c.id.in_(part)).values(state=state))


def later(tx: Tx, ids: Iterable[int], retry_at: float) -> None:
    """Nothing came of these open actions: they wait again, and are not tried before. One about whose record something
    else was decided meanwhile gives way."""
    newer = actions.alias()
    same = (newer.c.books == actions.c.books) | (newer.c.field == actions.c.field)
    overtaken = exists().where(
        newer.c.id != actions.c.id, newer.c.company == actions.c.company, newer.c.kind == actions.c.kind,
        newer.c.side == actions.c.side, newer.c.state == "planned", same,
    )  # fmt: skip
    for part in chunks(ids):
        mine = actions.c.id.in_(part)
        gone = list(tx.execute(select(actions.c.id).where(mine, overtaken)).scalars())
        settle(tx, gone, "dropped")
        tx.execute(
            update(actions)
            .where(mine, actions.c.id.not_in(gone))
            .values(state="planned", retry_at=retry_at, message_set=None)
        )


def unanswered(tx: Tx, ids: Iterable[int]) -> None:
    """They went out, nobody told what came of it, and a look showed that it had not happened."""
    for part in chunks(ids):
        tx.execute(update(actions).where(actions.c.id.in_(part)).values(unanswered=actions.c.unanswered + 1))


def came_by(tx: Tx, books: Mapping[int, str]) -> None:
    """The books ids of what was created there, by action id."""
    if books:
        tx.execute(_CAME_BY, [{"of": action, "record": record} for action, record in books.items()])


_CAME_BY = update(actions).where(actions.c.id == bindparam("of")).values(books=bindparam("record"))


def moved_by_us(
    tx: Tx, company: str, kind: Kind, side: Side, seen: Mapping[str, tuple[bytes, bytes]]
) -> None:
    """These records of one side show what we wrote: what is planned for the other side of their pairs was decided on
    that. seen: by id, the digest before and after."""
    id, known = (
        (actions.c.books, actions.c.seen) if side is Side.BOOKS else (actions.c.field, actions.c.seen_field)
    )
    rows = [
        {"of": company, "a": kind, "record": record, "then": before, "now": after}
        for record, (before, after) in seen.items()
    ]
    if rows:
        tx.execute(
            update(actions)
            .where(
                actions.c.company == bindparam("of"), actions.c.kind == bindparam("a"), id == bindparam("record"),
                actions.c.state == "planned", known == bindparam("then"),
            )
            .values({known: bindparam("now")}),
            rows,
        )  # fmt: skip


def endangered(tx: Tx, plan: int) -> dict[Kind, int]:
    """How many records of each kind the plan would overwrite or deactivate (spec 2.12)."""
    overwrites = actions.c.verb.in_((Verb.UPDATE, Verb.DEACTIVATE))
    # Entries of small lists that are linked are one by their names, whatever they looked like before.
    gives_way = (
        (actions.c.verb == Verb.LINK) & actions.c.after.is_not(None) & (actions.c.kind == Kind.CUSTOMER)
    )
    record = func.coalesce(actions.c.books, actions.c.field)
    query = (
        select(actions.c.kind, func.count(record.distinct()))
        .where(actions.c.plan == plan, actions.c.state == "planned", overwrites | gives_way)
        .group_by(actions.c.kind)
    )
    return {Kind(row[0]): row[1] for row in tx.execute(query)}


def counts(tx: Tx, plan: int) -> dict[str, int]:
    """How many actions of each verb the plan holds, dropped ones left out."""
    query = (
        select(actions.c.verb, func.count())
        .where(actions.c.plan == plan, actions.c.state != "dropped")
        .group_by(actions.c.verb)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def left(tx: Tx, company: str) -> int:
    """Actions that are planned or open."""
    query = select(func.count()).select_from(actions).where(
        actions.c.company == company, actions.c.state.in_(("planned", "open"))
    )  # fmt: skip
    return int(tx.execute(query).scalar_one())


def actions_of(
    tx: Tx, plan: int, limit: int = 100_000, after: int = 0, verb: str | None = None
) -> list[Planned]:
    """The actions of a plan in order; ``after`` is an action id to page on from."""
    query = select(actions).where(actions.c.plan == plan, actions.c.state != "dropped", actions.c.id > after)
    if verb:
        query = query.where(actions.c.verb == verb)
    return [_planned(row) for row in tx.execute(query.order_by(actions.c.id).limit(limit))]
