"""What several tests of the journal put into it."""

from __future__ import annotations

from typing import Any

from fieldledger.journal import Tx, companies, plans
from fieldledger.journal.companies import Company
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Action, Reason, Verb

KIND = Kind.CUSTOMER
AT = "2026-11-24T16:00:00.000Z"


def add_company(tx: Tx, number: int) -> None:
    id = f"c{number}"
    company = Company(
        id=id, name=id, user=id, password_hash="-", token_hash=id, file_id=f"{id}-file", settings={}, identity={},
        sync_asked="", approval_due="", created_at=AT,
    )  # fmt: skip
    companies.add(tx, number, company)


def update(side: Side, *, books: str | None = "A-1", field: str | None = "1", **more: Any) -> Action:
    """An update of a pair, or of a record that one side alone has."""
    given: dict[str, Any] = {
        "kind": KIND, "verb": Verb.UPDATE, "reason": Reason.CHANGED, "side": side, "name": "Baker", "books": books,
        "field": field, "before": {"phone": "1"}, "after": {"phone": "2"}, "fields": ("phone",),
        "agreed": {"phone": "2"}, "seen": b"books", "seen_field": b"field", "version": "5",
    }  # fmt: skip
    return Action(**(given | more))


def create(side: Side, id: str) -> Action:
    """A record that ``side`` is to be given; ``id`` is its id on the other one."""
    one: dict[str, Any] = {"books": id} if side is Side.FIELD else {"field": id}
    return Action(
        kind=KIND, verb=Verb.CREATE, reason=Reason.NEW, side=side, name="Baker", after={"name": "Baker"},
        seen=b"books" if side is Side.FIELD else b"", seen_field=b"field" if side is Side.BOOKS else b"", **one,
    )  # fmt: skip


def released(tx: Tx, *wanted: Action, company: str = "c1") -> list[Planned]:
    """These actions in a plan that needs no person, as they were stored."""
    plan = plans.open_plan(tx, company, None, AT)
    plans.add(tx, company, plan, [(action, "Told.") for action in wanted])
    plans.release(tx, plan)
    return plans.actions_of(tx, plan)


def opened(tx: Tx, *actions: Planned) -> None:
    """They are about to be sent."""
    plans.open_intents(tx, {action.id: f"key-{action.id}" for action in actions})
