"""Service locations of a customer that both sides changed: put together one by one (spec 3.4).

An entry has no id: identity is its name, then its equal address; a job's location is known by its job. Nothing that
one side added is lost, and what one side edited is not dropped because the other removed it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from fieldledger.model.kinds import Side
from fieldledger.model.names import name_key
from fieldledger.policy.kinds.customer import place

Entry: TypeAlias = dict[str, Any]
Three: TypeAlias = tuple[Entry | None, Entry | None, Entry | None]
"""The same location in the base, in the books, and on the field side; None where it is not."""

_PARTS = ("name", "is_default", "address")


def merge(
    base: Sequence[Entry], books: Sequence[Entry], field: Sequence[Entry], winner: Side
) -> tuple[list[Entry], list[Entry]]:
    """The list that both sides are to have, in the order of the books, and what had to give way.

    winner  whose word counts where both changed the same thing of the same location.
    """
    merged: list[Entry] = []
    lost: list[Entry] = []
    for three in _align(base, books, field):
        entry, gave_way = _merge_one(*three, winner)
        lost += [gave_way] if gave_way else []
        if entry is not None:
            merged.append(dict(entry))
    return _tidied(merged, books if winner is Side.BOOKS else field, lost), lost


def _align(base: Sequence[Entry], books: Sequence[Entry], field: Sequence[Entry]) -> list[Three]:
    of_books, new_books = _match(base, books)
    of_field, new_field = _match(base, field)
    # One that a side renamed and moved at once is found by what the other side made of it.
    new_books = _find_changed(of_books, of_field, new_books)
    new_field = _find_changed(of_field, of_books, new_field)
    added_too, only_field = _match(new_books, new_field)
    threes: list[tuple[int, Three]] = []
    for number, entry in enumerate(base):
        there = of_books.get(number)
        threes.append((_where(books, there), (entry, there, of_field.get(number))))
    for number, entry in enumerate(new_books):
        threes.append((_where(books, entry), (None, entry, added_too.get(number))))
    threes += [(len(books) + 1, (None, None, entry)) for entry in only_field]
    return [three for _, three in sorted(threes, key=lambda found: found[0])]


def _find_changed(mine: dict[int, Entry], theirs: dict[int, Entry], new: list[Entry]) -> list[Entry]:
    numbers = [number for number in theirs if number not in mine]
    found, left = _match([theirs[number] for number in numbers], new)
    mine.update({numbers[position]: entry for position, entry in found.items()})
    return left


def _where(entries: Sequence[Entry], entry: Entry | None) -> int:
    return next((number for number, each in enumerate(entries) if each is entry), len(entries))


def _match(known: Sequence[Entry], there: Sequence[Entry]) -> tuple[dict[int, Entry], list[Entry]]:
    """Which of ``there`` is which of ``known``, by its number; and those that are none of them."""
    found: dict[int, Entry] = {}
    left = list(there)
    keys: tuple[Callable[[Entry], Any], ...] = (
        lambda entry: entry.get("job"),
        lambda entry: None if entry.get("job") else name_key(entry.get("name")) or None,
        lambda entry: None if entry.get("job") else place(entry.get("address")),
    )
    for key in keys:
        free: dict[Any, list[int]] = {}
        for number, entry in enumerate(known):
            if number not in found and key(entry) is not None:
                free.setdefault(key(entry), []).append(number)
        for entry in list(left):
            numbers = free.get(key(entry)) if key(entry) is not None else None
            if numbers:
                found[numbers.pop(0)] = entry
                left = [each for each in left if each is not entry]
    return found, left


def _merge_one(
    base: Entry | None, books: Entry | None, field: Entry | None, winner: Side
) -> tuple[Entry | None, Entry | None]:
    if books is None or field is None:
        there = books or field
        if base is None or there is None or not _same(there, base) or there.get("job"):
            # Added on one side; or removed on one and edited on the other: what was edited stays. A job's location
            # is there exactly as long as the books show the job.
            return (books if there and there.get("job") else there), None
        return None, None
    if books.get("job"):
        return books, None
    merged, gave_way = dict(books), False
    for part in _PARTS:
        before = None if base is None else base.get(part)
        mine, theirs = books.get(part), field.get(part)
        if mine == theirs or (base is not None and theirs == before):
            continue
        if base is not None and mine == before:
            merged[part] = theirs
            continue
        gave_way = True
        if winner is Side.FIELD:
            merged[part] = theirs
    return merged, (field if winner is Side.BOOKS else books) if gave_way else None


def _same(one: Entry, other: Entry) -> bool:
    return all((one.get(part) or None) == (other.get(part) or None) for part in _PARTS)


def _tidied(merged: list[Entry], winners: Sequence[Entry], lost: list[Entry]) -> list[Entry]:
    """Names that differ, and one default at most: the winner's, where it has one. A mark that is taken off is lost."""
    defaults = [entry for entry in merged if entry.get("is_default")]
    theirs = [_identity(entry) for entry in winners if entry.get("is_default")]
    known = next((entry for entry in defaults if _identity(entry) in theirs), None)
    kept = known or min(defaults, key=_identity, default=None)
    for entry in defaults:
        if entry is not kept:
            lost.append(dict(entry))
            entry["is_default"] = False
    taken: set[str] = set()
    for entry in merged:
        if not name_key(entry.get("name")):
            continue  # whoever is to take it says so
        stem, number = entry.get("name") or "", 2
        while name_key(entry.get("name")) in taken:
            mark = f" ({number})"
            entry["name"] = stem[: 41 - len(mark)].rstrip() + mark
            number += 1
        taken.add(name_key(entry.get("name")))
    return merged


def _identity(entry: Entry) -> tuple[str, Any]:
    """What tells it from one of the same name."""
    return name_key(entry.get("name")), sorted((entry.get("address") or {}).items())
