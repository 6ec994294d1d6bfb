"""Known mistakes of engines like this one, to be switched on one by one: the net is tested too. Each is a small change
of the real engine, made with pytest's monkeypatch, and the promise that must catch it within so many schedules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from fieldledger.books.desktop.kinds import customer as codec
from fieldledger.journal import links, plans, sights
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.plan import linked, weighing
from fieldledger.policy import settings
from fieldledger.session import doubt, references
from tests.simulation import ending, expected, list_promises, promises


class Mistake(msgspec.Struct, frozen=True):
    """make: switches it on. direction: of the schedules. caught: the promises that may catch it; within: so many
    seeds, from this first one. fierce: how likely each fault is."""

    name: str
    make: Callable[[pytest.MonkeyPatch], None]
    direction: str
    caught: tuple[str, ...]
    within: int
    first: int = 1
    fierce: float = 0.1


def _blind_resend(patch: pytest.MonkeyPatch) -> None:
    """What got no answer is taken for undone, and goes out in a new set under a new id."""

    def judge(*_: Any) -> str:
        return "absent"

    patch.setattr(doubt, "_judge", judge)
    patch.setattr(doubt, "_must_be_proved", lambda _: False)
    patch.setattr(doubt, "SENDINGS_MOST", 0)


def _no_lookup(patch: pytest.MonkeyPatch) -> None:
    """Without a stored answer the same set goes out again at once, and nobody looks whether it was done."""

    def judge(*_: Any) -> str:
        return "absent"

    patch.setattr(doubt, "_judge", judge)
    patch.setattr(doubt, "_must_be_proved", lambda _: False)


def _bound_too_early(patch: pytest.MonkeyPatch) -> None:
    """A write whose answer was lost is taken for done."""
    true = doubt._judge

    def judge(action: plans.Planned, record: Any, out: Any) -> str:
        return "done" if record is not None else true(action, record, out)

    patch.setattr(doubt, "_judge", judge)


def _no_version(patch: pytest.MonkeyPatch) -> None:
    """A change goes out without the version of what it changes."""
    true = codec.mod

    def mod(*args: Any, **named: Any) -> str:
        text = true(*args, **named)
        head, _, rest = text.partition("<EditSequence>")
        return head + rest.partition("</EditSequence>")[2]

    patch.setattr(codec, "mod", mod)


def _loser_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What a write replaces stands nowhere."""
    true = plans.add

    def add(tx: Any, company: str, plan: int, decided: Any) -> None:
        bare = [(msgspec.structs.replace(action, before=None, lost=None), told) for action, told in decided]
        true(tx, company, plan, bare)

    patch.setattr(plans, "add", add)


def _books_always_win(patch: pytest.MonkeyPatch) -> None:
    """Of a conflict QuickBooks wins, whoever was later."""
    patch.setattr(weighing, "newer", lambda *_: Side.BOOKS)


def _matched_by_name(patch: pytest.MonkeyPatch) -> None:
    """An entry of a small list that got another name is taken for a new one."""
    true = links.load

    def load(tx: Any, company: str, side: Side, kind: Kind, ids: Any) -> Any:
        found = true(tx, company, side, kind, ids)
        if kind is Kind.CUSTOMER or side is not Side.BOOKS:
            return found
        now = sights.load(tx, company, side, kind, list(found))
        other = [id for id in found if id in now and now[id].values.get("name") != found[id].base.get("name")]
        links.forget(tx, company, kind, [found.pop(id).id for id in other])
        return found

    patch.setattr(links, "load", load)


def _lists_go_to_books(patch: pytest.MonkeyPatch) -> None:
    """The small lists go the way of the customers that refer to them."""
    patch.setattr(settings, "_direction", lambda kind, values: "field_to_books")


def _everything_is_needed(patch: pytest.MonkeyPatch) -> None:
    """QuickBooks gets every term and tax of the field system."""

    def needed(tx: Any, company: str, kind: Kind) -> frozenset[str]:
        return frozenset(sights.brief(tx, company, Side.FIELD, kind))

    patch.setattr(references, "needed", needed)


def _never_retired(patch: pytest.MonkeyPatch) -> None:
    """What is deleted in QuickBooks is still offered in the field system."""
    true = linked._books_gone

    def gone(subject: Any, field: Any, tie: Any, policy: Any) -> Any:
        return iter(()) if subject.kind in LISTS else true(subject, field, tie, policy)

    patch.setattr(linked, "_books_gone", gone)


def _references_as_numbers(patch: pytest.MonkeyPatch) -> None:
    """A customer's term is whichever has the number one after the right one."""
    true = references.References.for_field

    def for_field(self: Any, kind: Kind, values: Any) -> Any:
        found, others = dict(true(self, kind, values)), list(self.to_books[Kind.PAYMENT_TERM])
        if kind is Kind.CUSTOMER and found.get("terms") in others:
            found["terms"] = others[(others.index(found["terms"]) + 1) % len(others)]
        return found

    patch.setattr(references.References, "for_field", for_field)


_BOOKS, _BOTH = "field_to_books", "two_way"
MISTAKES = (
    Mistake("blind resend under a new id", _blind_resend, _BOOKS, (promises.ONCE_BOOKS, ending.OWN), 60, 34),
    Mistake("lookup skipped", _no_lookup, _BOOKS, (promises.ONCE_BOOKS, ending.OWN), 60, 34),
    Mistake("binding after the write was lost", _bound_too_early, _BOTH, (ending.UNDONE,), 80, 37),
    Mistake("update without version", _no_version, _BOOKS, (promises.VERSION,), 20, 20),
    Mistake("the loser is not kept", _loser_forgotten, _BOTH, (promises.SEEN, ending.HISTORY), 20),
    Mistake("lists are matched by name", _matched_by_name, _BOTH, (list_promises.ONCE,), 20),
    Mistake("lists go into the books", _lists_go_to_books, _BOTH, (list_promises.BOOKS_OWN,), 20, 5),
    Mistake("every term and tax is needed", _everything_is_needed, _BOOKS, (list_promises.NEEDED,), 20, 2),
    Mistake("nothing is ever retired", _never_retired, _BOTH, (list_promises.RETIRED,), 40, 28),
    Mistake("the wrong term of a customer", _references_as_numbers, _BOTH, (ending.AGREE,), 20),
    Mistake("books always win", _books_always_win, _BOTH, (expected.WINNER,), 60, fierce=0.0),
)
"""Ordered as people make them; each begins at a seed that is known to show it soon."""
