"""Batches that are done once for each key, for any kind of record. It knows what a key was used for, not what a record
holds.

What came of a key is remembered for ever: the same key again gives the same status and record, and does nothing. What
a rule refused is not remembered, so it can be put right and sent again under its key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, insert, select

from fieldledger.desk.judging import Done, Item
from fieldledger.desk.schema import batch_keys

FIRST_KIND = "customer"
"""Its keys were remembered before there were other kinds, so what is hashed of them does not name the kind."""


class Writing(Protocol):
    """What a batch needs of one transaction's writes."""

    tx: Connection

    def carry_out(self, item: Item) -> Done: ...

    def tell_again(self, status: int, record: int | None) -> Done: ...

    def together(self, items: Sequence[Item]) -> dict[str, Done]:
        """By key, those of the refused that are possible at once, such as two that exchange their names; they are
        done, and no others."""
        ...


class Known(NamedTuple):
    content: bytes
    status: int
    record: int | None


def known_keys(tx: Connection, company: str, keys: Sequence[str]) -> dict[str, Known]:
    """What these keys were used for."""
    query = select(batch_keys).where(batch_keys.c.company == company, batch_keys.c.key.in_(keys))
    return {row.key: Known(row.content, row.status, row.record) for row in tx.execute(query)}


def carry_out(
    writing: Writing, company: str, kind: str, items: Sequence[Item], known: dict[str, Known]
) -> list[Done]:
    """Each item judged alone, in order. What was refused is tried again as long as others are done meanwhile, for one
    may wait for another (a name that is given up, the members of a group), and in the end all that is left at once, for
    two may wait for each other. known: see `known_keys`."""
    before = set(known)
    done = [_one(writing, kind, item, known) for item in items]
    refused = [place for place, answer in enumerate(done) if answer.errors]
    while refused:
        for place in refused:
            done[place] = _one(writing, kind, items[place], known)
        left = [place for place in refused if done[place].errors]
        if len(left) == len(refused):
            break
        refused = left
    at_once = writing.together([items[place] for place in refused])
    for place in refused:
        if answer := at_once.get(items[place].key):
            done[place] = _remember(kind, items[place], answer, known)
    fresh = [
        {"company": company, "key": key, "kind": kind, **used._asdict()}
        for key, used in known.items()
        if key not in before
    ]
    if fresh:
        writing.tx.execute(insert(batch_keys), fresh)
    return done


def _one(writing: Writing, kind: str, item: Item, known: dict[str, Known]) -> Done:
    content = _hash(kind, item)
    earlier = known.get(item.key)
    if earlier is None:
        return _remember(kind, item, writing.carry_out(item), known)
    if earlier.content != content:
        return Done(422, None, f"The key {item.key} was used for something else before; take another.")
    return writing.tell_again(earlier.status, earlier.record)


def _remember(kind: str, item: Item, answer: Done, known: dict[str, Known]) -> Done:
    record = answer.record["id"] if answer.record else item.id
    if answer.status != 422:
        known[item.key] = Known(_hash(kind, item), answer.status, record)
    return answer


def _hash(kind: str, item: Item) -> bytes:
    """What was asked for. The version is not part of it: it says when, not what."""
    asked = [item.id, item.fields.model_dump(exclude_unset=True)]
    content = json.dumps(asked if kind == FIRST_KIND else [kind, *asked], sort_keys=True)
    return hashlib.blake2b(content.encode(), digest_size=16).digest()
