"""What may be wrong with a write of any kind of record, and what came of it. It stores nothing and knows no kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

SYNC = "sync"
"""The origin of what the sync engine writes: no lock binds it, and it hears nothing of its own writes."""


class Refused(Exception):
    """A write that a rule forbids although it can be read. errors: the field's path and a sentence for each; blank
    path = the whole record."""

    def __init__(self, errors: Sequence[Mapping[str, str]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = [dict(each) for each in errors]


class InUse(Exception):
    """It cannot be deleted, because others refer to it. str(error) says who, and what to do instead."""


class NotThere(LookupError):
    """No such record (any more)."""

    def __init__(self, id: int, noun: str = "customer") -> None:
        super().__init__(f"There is no {noun} {id}.")


class Conflict(Exception):
    """Somebody else changed it first; ``current`` is its state now, as it is shown."""

    def __init__(self, current: dict[str, Any], noun: str = "customer") -> None:
        super().__init__(
            f"Somebody else changed {noun} {current['id']} first: it is at version {current['version']} now. "
            "Read it again, then change it."
        )
        self.current = current


class Item(NamedTuple):
    """One write of a batch. id: None to create. version: the one that was read, None for whatever it is now."""

    key: str
    id: int | None
    version: int | None
    fields: BaseModel


class Done(NamedTuple):
    """What came of it. status: 201 created, 200 changed or deleted, 404 not there, 409 somebody was first or it is in
    use, 422 a rule forbids it or the key was used for something else. record: as it is shown now, None when there is
    none. errors: of `Refused`."""

    status: int
    record: dict[str, Any] | None = None
    told: str = ""
    errors: Sequence[dict[str, str]] = ()


def judged(status: int, work: Callable[[], dict[str, Any]]) -> Done:
    """What came of one piece of many: trouble with it stops nobody else's (spec 10.5). work gives the record as it is
    shown."""
    try:
        return Done(status, work())
    except NotThere as error:
        return Done(404, None, str(error))
    except Conflict as error:
        return Done(409, error.current, str(error))
    except InUse as error:
        return Done(409, None, str(error))
    except Refused as error:
        return Done(422, None, str(error), error.errors)
