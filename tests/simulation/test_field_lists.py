"""The small lists of the simulation's field system: its own rules, for its people and for the engine's writes."""

from __future__ import annotations

from typing import Any

import pytest

from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.session.ports import FieldWrite
from tests.simulation.companyfile import NotPossible
from tests.simulation.fieldside import FieldSide
from tests.simulation.store import COMPANY

TERM, TAX = Kind.PAYMENT_TERM, Kind.TAX_RATE


@pytest.fixture
def side() -> FieldSide:
    side = FieldSide(lambda: 1_764_000_000.0)
    for name in ("Net 30", "Net 45", "Net 60"):
        side.small[TERM].put_by_hand(COMPANY, None, name=name)
    return side


def write(kind: Kind, key: str, id: int | None, **values: Any) -> FieldWrite:
    return FieldWrite(key=key, kind=kind, id=None if id is None else str(id), version=None, values=values)


def verdicts(side: FieldSide, *writes: FieldWrite) -> list[Verdict]:
    return [result.outcome.verdict for result in side.write(COMPANY, writes)]


def names(side: FieldSide) -> list[str]:
    return [str(each["name"]) for each in side.small[TERM].raw(COMPANY).values()]


def test_a_name_is_taken_once(side: FieldSide) -> None:
    with pytest.raises(NotPossible):
        side.small[TERM].put_by_hand(COMPANY, 2, name="net  30")
    assert verdicts(side, write(TERM, "a", None, name="NET 45")) == [Verdict.REFUSED]
    assert names(side) == ["Net 30", "Net 45", "Net 60"]


def test_names_that_are_given_up_in_one_batch_can_be_taken(side: FieldSide) -> None:
    """In whichever order they come, and two may exchange theirs; a refused key may be used again."""
    assert verdicts(side, write(TERM, "a", 1, name="Net 45"), write(TERM, "b", 2, name="Weekly")) == [
        Verdict.DONE, Verdict.DONE,
    ]  # fmt: skip
    assert verdicts(side, write(TERM, "c", 1, name="Weekly"), write(TERM, "d", 2, name="Net 45")) == [
        Verdict.DONE, Verdict.DONE,
    ]  # fmt: skip
    assert verdicts(side, write(TERM, "e", 1, name="Net 60")) == [Verdict.REFUSED]
    assert names(side) == ["Weekly", "Net 45", "Net 60"]


def test_what_is_in_use_is_not_deleted_and_what_is_deleted_is_not_referred_to(side: FieldSide) -> None:
    customer = side.create(COMPANY, name="ABC", terms="Net 30")
    with pytest.raises(NotPossible):
        side.small[TERM].delete_by_hand(COMPANY, 1)
    side.small[TERM].delete_by_hand(COMPANY, 3)
    told = write(Kind.CUSTOMER, "a", customer, name="ABC", terms="3", locations=[], active=True)
    assert verdicts(side, told) == [Verdict.REFUSED]
    assert side.there(COMPANY)[customer]["terms"] == "Net 30"
    assert list(side.referred) == [(TERM, 1)]


def test_a_member_of_a_group_is_in_use(side: FieldSide) -> None:
    taxes = side.small[TAX]
    one = taxes.put_by_hand(COMPANY, None, name="State", rate="4")
    taxes.put_by_hand(COMPANY, None, name="Both", rate=None, components=[str(one)])
    with pytest.raises(NotPossible):
        taxes.delete_by_hand(COMPANY, one)


def test_a_locked_list_is_the_engines_alone(side: FieldSide) -> None:
    """spec 5.1: people are refused, the sync is not."""
    side.show_policy(COMPANY, {"locks": [{"what": "payment_terms", "why": "so"}]})
    for deed in (
        lambda: side.small[TERM].put_by_hand(COMPANY, None, name="Weekly"),
        lambda: side.small[TERM].put_by_hand(COMPANY, 1, due_days=9),
        lambda: side.small[TERM].delete_by_hand(COMPANY, 1),
    ):
        with pytest.raises(NotPossible):
            deed()
    side.small[TAX].put_by_hand(COMPANY, None, name="State", rate="4")
    assert verdicts(side, write(TERM, "a", 1, name="Weekly")) == [Verdict.DONE]


def test_every_write_is_told_before_and_after(side: FieldSide) -> None:
    told: list[tuple[str, Any]] = []
    side.written = lambda write, before: told.append(("written", before and before["name"]))
    side.done = lambda write, id: told.append(("done", id))
    side.before = lambda call: told.append(("before", call))
    assert verdicts(side, write(TERM, "a", 1, name="Weekly"), write(TERM, "b", None, name="Daily")) == [
        Verdict.DONE, Verdict.DONE,
    ]  # fmt: skip
    assert told == [
        ("before", "write"), ("written", "Net 30"), ("done", 1), ("written", None), ("done", 4),
    ]  # fmt: skip
