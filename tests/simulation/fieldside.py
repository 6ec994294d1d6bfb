"""A field-service system in memory for the simulation: it tells of every write before it happens, answers late or
not at all, refuses what is cursed, and its clock is its own."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.session.ports import FieldWrite
from tests.simulation.changing import CURSED
from tests.support.othermake import Customer, OtherMake

Values = dict[str, Any]


def words(value: Any) -> Iterator[str]:
    """Every text in a value, at any depth; not the keys, and not the id of a job that a location stands for."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, inner in value.items() if key != "job" for text in words(inner))
    elif isinstance(value, (list, tuple)):
        yield from (text for inner in value for text in words(inner))


class FieldSide(OtherMake):
    """written: told of each write of the engine that is about to change something: the write, and the values as they
    stand (None = it is new). done: told of the same when it is done, with its number. ever_off: ids that were
    inactive or deleted at some time."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.written: Callable[[FieldWrite, Values | None], None] = lambda write, before: None
        self.done: Callable[[FieldWrite, int], None] = lambda write, id: None
        self.ever_off: dict[int, None] = {}
        self.refuse = _refuse_cursed

    def _do(self, company: str, write: FieldWrite) -> tuple[Verdict, int]:
        row = self.rows.get(company, {}).get(int(write.id)) if write.id is not None else None
        fits = row is not None and row.values is not None and write.version in (None, str(row.version))
        if write.id is None or fits:
            self.written(write, copy.deepcopy(row.values) if row is not None else None)
        verdict, id = super()._do(company, write)
        if verdict is Verdict.DONE:
            self.done(write, id)
        return verdict, id

    def _put(self, company: str, row: Customer | None, values: Values) -> Customer:
        put = super()._put(company, row, copy.deepcopy(values))
        if put.values is not None and put.values.get("active") is False:
            self.ever_off[put.id] = None
        return put

    def delete(self, company: str, id: int) -> None:
        self.ever_off[id] = None
        super().delete(company, id)


def _refuse_cursed(write: FieldWrite) -> Outcome | None:
    if CURSED in str(write.values.get("name")):
        return Outcome(
            verdict=Verdict.REFUSED, code="422", told="The name is cursed.", meaning="It is refused."
        )
    return None
