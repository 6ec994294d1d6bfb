"""The two sides and the kinds of record. Enum values are what stands in the journal: never rename one."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    BOOKS = "books"
    FIELD = "field"

    @property
    def other(self) -> Side:
        return Side.FIELD if self is Side.BOOKS else Side.BOOKS


class Kind(StrEnum):
    CUSTOMER = "customer"
