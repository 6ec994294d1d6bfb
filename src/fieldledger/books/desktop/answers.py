"""Which ask an answer answers, and which of the ids that were asked for it proves to be missing.

Where an answer could be taken for another one it is `Garbled`: asking again costs a round trip, a mistake costs trust.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.asking import message
from fieldledger.session.ports import AnswerHead, Ask, Garbled, ReadIds


class Expected:
    """The asks that one text answers. QuickBooks echoes the request ID; where it echoes none, order decides."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        self._asks = {ask.id: ask for ask in asks}
        self._order = iter(asks)
        self._echoed: bool | None = None
        self._answered: set[str] = set()

    def take(self, tag: str, id: str) -> Ask | None:
        """The ask that this answer belongs to; None = none of these (a reply that came late, or nothing was asked).

        tag: the answer's element; id: the request ID as echoed, "" = none. Raises `Garbled`.
        """
        if not self._asks or (id and id not in self._asks):
            return None
        if self._echoed is not None and self._echoed != bool(id):
            raise Garbled("some of its answers carry a request ID and some do not")
        self._echoed = bool(id)
        ask = self._asks[id] if id else next(self._order, None)
        if ask is None:
            return None
        if tag != f"{message(ask)}Rs":
            raise Garbled(f"request {ask.id} asked by {message(ask)}Rq is answered by {tag}")
        if ask.id in self._answered:
            raise Garbled(f"request {ask.id} is answered twice")
        self._answered.add(ask.id)
        return ask


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
    named = [id for id in absent if _names(head.outcome.told, id)]
    if not named and len(absent) == 1 and not any(_names(head.outcome.told, id) for id in found):
        return absent
    return named


def _names(told: str, id: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", told, re.IGNORECASE) is not None
