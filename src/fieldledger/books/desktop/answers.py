"""Which ask an answer answers, several answers to one ask as one, and which ids an answer proves to be missing.

Where an answer could be taken for another one it is `Garbled`: asking again costs a round trip, a mistake costs trust.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.asking import messages, parts
from fieldledger.books.desktop.outcomes import mentions
from fieldledger.model.outcome import Verdict
from fieldledger.session.ports import AnswerHead, Ask, Garbled, Item, ReadIds


class Expected:
    """The asks that one text answers. QuickBooks echoes the request ID; where it echoes none, order decides."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        sent = [(id, message, ask) for ask in asks for id, message in parts(ask)]
        self._sent = {id: (message, ask) for id, message, ask in sent}
        self._order = iter(sent)
        self._echoed: bool | None = None
        self._answered: set[str] = set()

    def take(self, tag: str, id: str) -> Ask | None:
        """The ask that this answer belongs to; None = none of these (a reply that came late, or nothing was asked).

        tag: the answer's element; id: the request ID as echoed, "" = none. Raises `Garbled`.
        """
        if not self._sent or (id and id not in self._sent):
            return None
        if self._echoed is not None and self._echoed != bool(id):
            raise Garbled("some of its answers carry a request ID and some do not")
        self._echoed = bool(id)
        found = (id, *self._sent[id]) if id else next(self._order, None)
        if found is None:
            return None
        sent, message, ask = found
        if tag != f"{message}Rs":
            raise Garbled(f"request {sent} asked by {message}Rq is answered by {tag}")
        if sent in self._answered:
            raise Garbled(f"request {sent} is answered twice")
        self._answered.add(sent)
        return ask


class Gathered:
    """Makes one answer of the answers to an ask that went out as several requests. Only small lists go out that way, so
    that they may be held in memory: until the last answer is whole nothing is told, since half of a list must not pass
    for the whole of it. Of an ask that is not answered to the end nothing is told at all."""

    def __init__(self) -> None:
        self._heads: dict[str, list[AnswerHead]] = {}
        self._items: dict[str, list[Item]] = {}

    def head(self, ask: Ask | None, head: AnswerHead) -> Iterator[Item]:
        if _goes_alone(ask):
            yield head
        elif ask is not None:
            self._heads.setdefault(ask.id, []).append(head)

    def item(self, ask: Ask | None, item: Item) -> Iterator[Item]:
        if _goes_alone(ask):
            yield item
        elif ask is not None:
            self._items.setdefault(ask.id, []).append(item)

    def end(self, ask: Ask | None) -> Iterator[Item]:
        """To be called when an answer is whole."""
        if ask is None or _goes_alone(ask) or len(self._heads[ask.id]) < len(messages(ask)):
            return
        worst = max(self._heads.pop(ask.id), key=lambda head: _WEIGHT.get(head.outcome.verdict, 3))
        yield msgspec.structs.replace(worst, id=ask.id if worst.id else "")
        yield from self._items.pop(ask.id, [])


def _goes_alone(ask: Ask | None) -> bool:
    return ask is None or len(messages(ask)) == 1


_WEIGHT: Mapping[Verdict, int] = {Verdict.NOTHING: 0, Verdict.DONE: 1, Verdict.WARNED: 2}
"""Which of several outcomes stands for all: nothing only if all found nothing, and what went wrong before all else."""


NONE_OF_THEM = (1,)
"""A query that found nothing: none of the ids is there."""
ONE_OF_THEM = (500, 3000, 3120)
"""500 names one id that is missing, and the others are returned all the same; 3120 and 3000 name one that is missing
or no id at all, and nothing is returned."""


def proved_missing(ask: Ask | None, head: AnswerHead, found: Collection[str]) -> list[str]:
    """The ids whose absence a complete answer proves: QuickBooks itself said so (spec 10.7).

    An id that just did not come back is not proved to be missing: it is asked for again. found: ids that came back.
    """
    if not isinstance(ask, ReadIds) or head.id != ask.id:
        return []
    absent = [id for id in ask.ids if id not in found]
    code = leaf.whole(head.outcome.code)
    if code in NONE_OF_THEM:
        return absent if not found else []
    if code not in ONE_OF_THEM:
        return []
    named = [id for id in absent if mentions(head.outcome.told, id)]
    if not named and len(absent) == 1 and not any(mentions(head.outcome.told, id) for id in found):
        return absent
    return named
