"""Names written as one text: the tables stay readable. Nothing else."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


def order(text: str) -> dict[str, int]:
    """Word -> its place."""
    return {name: index for index, name in enumerate(text.split())}
