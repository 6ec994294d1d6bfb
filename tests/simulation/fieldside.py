"""A field-service system in memory for the simulation: it tells of every write before it happens, answers late or
not at all, refuses what is cursed and what its own rules forbid, and its clock is its own."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fieldledger.model.kinds import LISTS, Kind
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.policy.kinds import REFERENCES, referred
from fieldledger.session.ports import FieldResult, FieldWrite
from tests.simulation.changing import CURSED
from tests.simulation.small import NotPossible
from tests.support.othermake import Customer, OtherMake

Values = dict[str, Any]
LOCKS = {Kind.SALES_TAX_CODE: "tax_codes", Kind.TAX_RATE: "tax_rates", Kind.PAYMENT_TERM: "payment_terms"}
"""What a lock of a whole list is called in what the sync tells."""


def words(value: Any) -> Iterator[str]:
    """Every text in a value, at any depth; not the keys, and not the id of a job that a location stands for."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, inner in value.items() if key != "job" for text in words(inner))
    elif isinstance(value, (list, tuple)):
        yield from (text for inner in value for text in words(inner))


class Watched(OtherMake):
    """written: told of each write of the engine that is about to change something: the write, and the values as they
    stand (None = it is new). done: told of the same when it is done, with its number. ever_off: ids that were
    inactive or deleted at some time."""

    def __init__(self, now: Callable[[], float], kind: Kind) -> None:
        super().__init__(now, kind)
        self.written: Callable[[FieldWrite, Values | None], None] = lambda write, before: None
        self.done: Callable[[FieldWrite, int], None] = lambda write, id: None
        self.ever_off: dict[int, None] = {}
        self.refuse = _refuse_cursed

    def raw(self, company: str) -> dict[int, Values]:
        """What is there, by number, with its references as numbers."""
        rows = self.rows.get(company, {})
        return {id: dict(row.values) for id, row in rows.items() if row.values is not None}

    def against(self, company: str, write: FieldWrite) -> str:
        """Why this system does not take a write, "" = it does."""
        return ""

    def _write(self, company: str, write: FieldWrite) -> FieldResult | None:
        told = "" if (company, write.key) in self.keys else self.against(company, write)
        if told:
            return FieldResult(key=write.key, outcome=_refused(told))
        return super()._write(company, write)

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


class FieldSide(Watched):
    """Its customers; its small lists are in lists. referred: by kind, every entry that anybody ever referred to."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now, Kind.CUSTOMER)
        self.small = {kind: FieldList(now, kind, self) for kind in LISTS}
        self.lists = dict(self.small)
        self.referred: dict[tuple[Kind, int], None] = {}

    def locked(self, company: str, kind: Kind) -> bool:
        """Whether the sync told that people may not edit this list."""
        told = self.policies.get(company, {}).get("locks", ())
        return any(lock["what"] == LOCKS[kind] for lock in told)

    def used(self, company: str, kind: Kind, id: int) -> bool:
        """Whether somebody refers to it. It is not deleted then."""
        return any(
            str(id) in referred(values.get(name))
            for list in (self, *self.small.values())
            for values in list.raw(company).values()
            for name, to in REFERENCES[list.kind].items()
            if to is kind
        )

    def against(self, company: str, write: FieldWrite) -> str:
        return self.unknown(company, write.kind, write.values)

    def unknown(self, company: str, kind: Kind, values: Any) -> str:
        for name, to in REFERENCES[kind].items():
            for id in referred(values.get(name)):
                if int(id) not in self.small[to].raw(company):
                    return f"There is no {to} {id}."
        return ""

    def note(self, kind: Kind, values: Values | None) -> None:
        """Remember what these values refer to."""
        for name, to in REFERENCES[kind].items() if values else ():
            self.referred.update(((to, int(id)), None) for id in referred((values or {}).get(name)))

    def _put(self, company: str, row: Customer | None, values: Values) -> Customer:
        put = super()._put(company, row, values)
        self.note(self.kind, put.values)
        return put


class FieldList(Watched):
    """One small list: names are unique, whoever is in use is not deleted, and two may exchange their names at once.
    bore: every name that an entry ever bore."""

    def __init__(self, now: Callable[[], float], kind: Kind, whole: FieldSide) -> None:
        super().__init__(now, kind)
        self.whole = whole
        self.bore: dict[int, dict[str, None]] = {}
        self.written = lambda write, before: whole.written(write, before)
        self.done = lambda write, id: whole.done(write, id)
        self.before = lambda call: None if call == "show_status" else whole.before(call)
        self.after = lambda call: None if call == "show_status" else whole.after(call)
        self._leaving: frozenset[str] = frozenset()

    def write(self, company: str, writes: Sequence[FieldWrite]) -> tuple[FieldResult, ...]:
        """What is refused is tried again while others are done: one may wait for another."""
        self._called("write")
        results: dict[str, FieldResult | None] = {}
        left = list(writes)
        while left:
            results.update((write.key, self._write(company, write)) for write in left)
            refused = [write for write in left if _is_refused(results[write.key])]
            if len(refused) == len(left):
                break
            left = refused
        left = [write for write in left if write.id is not None and _is_refused(results[write.key])]
        self._leaving = frozenset(write.id or "" for write in left)
        apart = len({_key(write.values.get("name")) for write in left}) == len(left)
        if apart and not any(self.against(company, write) for write in left):
            results.update((write.key, self._write(company, write)) for write in left)
        self._leaving = frozenset()
        self.after("write")
        return tuple(found for write in writes if (found := results[write.key]) is not None)

    def against(self, company: str, write: FieldWrite) -> str:
        return self._taken(company, write.id, write.values) or self.whole.unknown(
            company, self.kind, write.values
        )

    def put_by_hand(self, company: str, id: int | None, **values: Any) -> int:
        """A person adds or edits. Raises `NotPossible`."""
        if self.whole.locked(company, self.kind):
            raise NotPossible("the list comes from QuickBooks")
        told = self._taken(company, None if id is None else str(id), values)
        if told:
            raise NotPossible(told)
        if id is None:
            return self.create(company, **values)
        self.edit(company, id, **values)
        return id

    def delete_by_hand(self, company: str, id: int) -> None:
        """Raises `NotPossible`."""
        if self.whole.locked(company, self.kind) or self.whole.used(company, self.kind, id):
            raise NotPossible("it is in use, or the list comes from QuickBooks")
        self.delete(company, id)

    def _taken(self, company: str, id: str | None, values: Any) -> str:
        if "name" not in values:
            return ""
        for other, there in self.raw(company).items():
            free = str(other) == id or str(other) in self._leaving
            if not free and _key(there["name"]) == _key(values["name"]):
                return f"The name {values['name']!r} is taken."
        return ""

    def _put(self, company: str, row: Customer | None, values: Values) -> Customer:
        put = super()._put(company, row, values)
        self.bore.setdefault(put.id, {})[str(values.get("name"))] = None
        self.whole.note(self.kind, put.values)
        return put


def _key(name: Any) -> str:
    return " ".join(str(name).split()).casefold()


def _is_refused(result: FieldResult | None) -> bool:
    return result is not None and result.outcome.verdict is Verdict.REFUSED


def _refused(told: str) -> Outcome:
    return Outcome(verdict=Verdict.REFUSED, code="422", told=told, meaning="It is refused.")


def _refuse_cursed(write: FieldWrite) -> Outcome | None:
    return _refused("The name is cursed.") if CURSED in str(write.values.get("name")) else None
