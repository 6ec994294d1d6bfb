"""What stands in the journal, as texts: what an intent will overwrite, what the history keeps, what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from fieldledger.journal import Journal, Tx
from fieldledger.journal.schema import actions, companies, events, holds, links, plans, rivals, sights
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.record import unpack
from tests.simulation.fieldside import words
from tests.simulation.store import COMPANY


def _texts(*packed: bytes | None) -> Iterator[str]:
    for each in packed:
        if each:
            yield from words(unpack(each))


def committed(
    journal: Journal, side: Side, record: str | None, key: str = "", kind: Kind = Kind.CUSTOMER
) -> set[str] | None:
    """The values that the open intents about this record on this side said they would overwrite; None = there is no
    open intent. key: of one intent; record None = any that creates."""
    query = select(actions.c.before, actions.c.lost).where(
        actions.c.company == COMPANY,
        actions.c.kind == kind,
        actions.c.state == "open",
        actions.c.side == side,
    )
    if key:
        query = query.where(actions.c.key == key)
    elif record is not None:
        query = query.where((actions.c.books if side is Side.BOOKS else actions.c.field) == record)
    with journal.read() as tx:
        rows = tx.execute(query).all()
    return {text for row in rows for text in _texts(row.before, row.lost)} if rows else None


def history(journal: Journal) -> set[str]:
    """Every value that stands in the history."""
    with journal.read() as tx:
        rows = tx.execute(select(events.c.before, events.c.after).where(events.c.company == COMPANY)).all()
    return {text for row in rows for text in _texts(row.before, row.after)}


def conflicts(journal: Journal) -> list[tuple[str, str]]:
    """The pairs of which the history tells a conflict."""
    with journal.read() as tx:
        query = (
            select(events.c.books, events.c.field)
            .where(events.c.what == "conflict", events.c.kind == Kind.CUSTOMER)
            .order_by(events.c.id)
        )
        return [(row.books, row.field) for row in tx.execute(query)]


class Standing:
    """How things stand at the end with the records of one kind. pairs: live links, (books, field); all_pairs: the
    others too. tied: every books and field id that has a link,
    live or not, with the link's state. held: the codes of the open holds about an id; "rival" of what
    only collides with a record that is held. decisions: by side and id, the decision that wrote nothing."""

    def __init__(self, tx: Tx, kind: Kind) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.all_pairs: list[tuple[str, str]] = []
        self.tied: dict[tuple[Side, str], str] = {}
        tied = select(links.c.books, links.c.field, links.c.state).where(links.c.kind == kind)
        for row in tx.execute(tied.order_by(links.c.id)):
            self.tied[Side.BOOKS, row.books] = self.tied[Side.FIELD, row.field] = row.state
            self.all_pairs.append((row.books, row.field))
            if row.state == "live":
                self.pairs.append((row.books, row.field))
        self.held: dict[tuple[Side, str], str] = {}
        waits = select(holds.c.books, holds.c.field, holds.c.code).where(
            holds.c.kind == kind, holds.c.solved_at.is_(None)
        )
        for hold in tx.execute(waits).all():
            for side, id in ((Side.BOOKS, hold.books), (Side.FIELD, hold.field)):
                if id:
                    self.held[side, id] = hold.code
        for rival in tx.execute(select(rivals.c.side, rivals.c.record).where(rivals.c.kind == kind)):
            self.held.setdefault((Side(rival.side), rival.record), "rival")
        rests = select(sights.c.side, sights.c.record, sights.c.decision).where(
            sights.c.kind == kind, sights.c.decision != ""
        )
        self.decisions = {(Side(rest.side), rest.record): rest.decision for rest in tx.execute(rests)}


def standing(journal: Journal, kind: Kind = Kind.CUSTOMER) -> Standing:
    with journal.read() as tx:
        return Standing(tx, kind)


def about(journal: Journal, key: str) -> tuple[str, str]:
    """The books id and the field id of the action that goes to the field system under this key, "" = none."""
    with journal.read() as tx:
        row = tx.execute(select(actions.c.books, actions.c.field).where(actions.c.key == key)).first()
    return (row.books or "", row.field or "") if row else ("", "")


def left(journal: Journal) -> dict[str, int]:
    """What is still to be done: records to look at, actions of plans, plans to approve, a sync that is asked for."""
    with journal.read() as tx:
        due = len(tx.execute(select(sights.c.record).where(sights.c.due.is_(True))).all())
        state: Any = select(actions.c.state).where(actions.c.state.in_(("planned", "open")))
        waiting = len(tx.execute(state).all())
        proposed = len(tx.execute(select(plans.c.id).where(plans.c.state == "proposed")).all())
        asked = len(tx.execute(select(companies.c.id).where(companies.c.sync_asked != "")).all())
    return {"due": due, "actions": waiting, "plans": proposed, "asked": asked}


def sights_say(journal: Journal) -> list[str]:
    """What the sights say, without when they were read."""
    with journal.read() as tx:
        query = select(
            sights.c.kind,
            sights.c.side,
            sights.c.record,
            sights.c.digest,
            sights.c.gone,
            sights.c.due,
            sights.c.decision,
            sights.c.version,
        )
        return sorted(map(repr, tx.execute(query)))


def said(journal: Journal) -> Iterator[str]:
    """The marks that the journal leaves: what happened and why, what is held and why, what rests on which decision.
    Those about the small lists begin with `IN_A_LIST`."""
    with journal.read() as tx:
        for event in tx.execute(select(events.c.kind, events.c.what, events.c.reason)):
            yield _of(event.kind, f"{event.what}: {event.reason}" if event.reason else str(event.what))
        for hold in tx.execute(select(holds.c.kind, holds.c.code)):
            yield _of(hold.kind, f"hold: {hold.code}")
        done = select(actions.c.kind, actions.c.verb, actions.c.side, actions.c.reason, actions.c.state)
        for each in tx.execute(done):
            yield _of(each.kind, f"action: {each.verb} {each.side} {each.reason} {each.state}")
        rests = select(sights.c.kind, sights.c.side, sights.c.decision).where(sights.c.decision != "")
        for rest in tx.execute(rests):
            yield _of(rest.kind, f"rests: {rest.side} {rest.decision}")


IN_A_LIST = "in a list: "


def _of(kind: str, mark: str) -> str:
    return f"{IN_A_LIST}{mark}" if kind in LISTS else mark
