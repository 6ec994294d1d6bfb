"""Records that somebody else has open in a form: what a write to them is answered, and for how long.

A lock lasts until it is taken away, or for a number of writes by applications. People are refused too, but use
nothing up: they see that the form is open and wait. Nothing here may change a record.
"""

from __future__ import annotations

from collections.abc import Callable

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.records import Record
from quickbooks_sim.status import Refusal, Status, form_open, modified_by_other, no_lock
from quickbooks_sim.tables.lists import KINDS

ANSWERS: dict[str, Callable[[Record], Status]] = {
    "3175": lambda record: form_open(record.list_id),
    "3176": lambda record: no_lock(record.list_id),
    "3170": lambda record: modified_by_other(3170, KINDS[record.kind].plural, record.name),
    "3180": lambda record: modified_by_other(3180, KINDS[record.kind].plural, record.name),
}
"""The word that a lock is put with -> what a write to the record is answered. All four go away by waiting."""
DEFAULT = "3175"


class Locked(Refusal):
    """A write to a record that somebody has open."""

    def __init__(self, record: Record, answer: str) -> None:
        self.record = record
        super().__init__(ANSWERS[answer](record))


def put_lock(company: CompanyFile, record: Record, answer: str = DEFAULT, times: int | None = None) -> None:
    """Locks a record, in place of any lock that it has. `times`: how many writes are refused, None = all of them."""
    company.execute(
        "insert or replace into record_lock (space, list_id, answer, remaining) values (?, ?, ?, ?)",
        (record.space, record.list_id, answer, times),
    )


def take_lock(company: CompanyFile, record: Record) -> None:
    """Takes the lock away; nothing happens if there is none."""
    company.execute("delete from record_lock where space = ? and list_id = ?", (record.space, record.list_id))


def check_unlocked(company: CompanyFile, record: Record) -> None:
    """Raises Locked if somebody has the record open."""
    row = company.execute(
        "select answer from record_lock where space = ? and list_id = ?", (record.space, record.list_id)
    ).fetchone()
    if row is not None:
        raise Locked(record, row["answer"])


def use_up(company: CompanyFile, record: Record) -> None:
    """Counts one refused write; the last one opens the lock.

    Call it outside the span of the refused request, which leaves nothing behind.
    """
    where = (record.space, record.list_id)
    company.execute("update record_lock set remaining = remaining - 1 where space = ? and list_id = ?", where)
    company.execute("delete from record_lock where space = ? and list_id = ? and remaining <= 0", where)
