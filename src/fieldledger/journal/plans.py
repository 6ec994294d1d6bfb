"""Plans and their actions. An intent is an action that has been opened: committed before anything is sent.

planned → open → done | refused; planned → dropped when what it was decided on has moved. Decisions that write
nothing are ``shown``: they stand in the plan for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, bindparam, exists, func, insert, select, update

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
    """A stored action.

    key       the intent's GUID, once opened
    seen      digest of the sight that it was decided on
    version   of the state that it overwrites, "" on create
    attempts  how often it was sent
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
    seen: bytes
    version: str
    state: str
    key: str | None
    attempts: int


def _plan(row: Row[Any]) -> Plan:
    return Plan(**row._mapping)


def _planned(row: Row[Any]) -> Planned:
    values = dict(row._mapping)
    del values["company"]
    for name in ("before", "after"):
        values[name] = None if values[name] is None else unpack(values[name])
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
            "before": None if action.before is None else pack(action.before),
            "after": None if action.after is None else pack(action.after),
            "seen": action.seen, "version": action.version, "state": "planned" if action.verb in WRITES else "shown",
        }
        for action, told in decided
    ]  # fmt: skip
    if rows:
        tx.execute(insert(actions), rows)


def replace(tx: Tx, company: str, books: Iterable[str]) -> int:
    """Whatever is planned for these records is planned anew. Returns how many planned actions that dropped."""
    dropped = 0
    for part in chunks(books):
        mine = (actions.c.company == company) & actions.c.books.in_(part)
        planned = update(actions).where(mine, actions.c.state == "planned")
        dropped += tx.execute(planned.values(state="dropped")).rowcount
        waiting = select(plans.c.id).where(
            plans.c.company == company, plans.c.state.in_(("making", "proposed"))
        )
        shown = update(actions).where(mine, actions.c.state == "shown", actions.c.plan.in_(waiting))
        tx.execute(shown.values(state="dropped"))
    return dropped


def next_planned(tx: Tx, company: str, limit: int) -> list[Planned]:
    """Actions of approved plans, oldest plan first. A record whose last write has no outcome yet is left alone."""
    unsettled = actions.alias("unsettled")
    busy = exists().where(
        unsettled.c.company == company, unsettled.c.state == "open", unsettled.c.kind == actions.c.kind,
        unsettled.c.books == actions.c.books,
    )  # fmt: skip
    query = (
        select(actions)
        .join(plans, plans.c.id == actions.c.plan)
        .where(plans.c.company == company, plans.c.state == "approved", actions.c.state == "planned", ~busy)
        .order_by(actions.c.plan, actions.c.id)
    )
    return [_planned(row) for row in tx.execute(query.limit(limit))]


def opened(tx: Tx, company: str, limit: int, after: int = 0) -> list[Planned]:
    """What was about to be sent, or was sent without an answer; ``after`` is an action id to page on from."""
    query = select(actions).where(
        actions.c.company == company, actions.c.state == "open", actions.c.id > after
    )
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


def settle(tx: Tx, ids: Iterable[int], state: str) -> None:
    """These actions are done, refused or dropped."""
    for part in chunks(ids):
        tx.execute(update(actions).where(actions.c.id.in_(part)).values(state=state))


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
