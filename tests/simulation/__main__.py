"""A sweep. ``python -m tests.simulation --count 5000`` runs that many schedules, ``--seconds S`` as many as fit; with
``--seed N`` one is told step by step. The first broken promise ends a sweep with its seed and its story, and exit 1."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache

import msgspec

from tests.simulation import marks, schema
from tests.simulation.promises import Schema
from tests.simulation.telling import tell

EVERY = 10.0
"""Seconds between two lines of progress."""


class Result(msgspec.Struct):
    """What comes back from a worker."""

    seed: int
    wrongs: list[str]
    marks: dict[str, int]
    requests: int


@cache
def _schema() -> Schema | None:
    return schema.at_hand()


def _one(wish: tuple[int, str]) -> Result:
    told = tell(wish[0], direction=wish[1], schema=_schema())
    return Result(told.seed, told.wrongs, dict(told.trace.marks), len(told.trace.sent))


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="tell this one, step by step")
    parser.add_argument("--count", type=int, help="how many schedules")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long, when no count is given")
    parser.add_argument("--direction", choices=("two_way", "books_to_field", "field_to_books"), default="")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument(
        "--keep-going", action="store_true", help="count the broken promises instead of stopping"
    )
    wish = parser.parse_args()
    if wish.seed is not None:
        sys.exit(_tell(wish.seed, wish.direction))
    if _schema() is None:
        print("The schema is not on this machine: requests are not checked against it.")
    sys.exit(_sweep(wish))


def _tell(seed: int, direction: str) -> int:
    told = tell(seed, direction=direction, schema=_schema())
    print("\n".join(told.trace.story))
    print(
        f"\nseed {seed}: " + (f"{len(told.wrongs)} broken promises" if told.wrongs else "every promise kept")
    )
    return 1 if told.wrongs else 0


def _sweep(wish: argparse.Namespace) -> int:
    started = shown = time.monotonic()
    seen: Counter[str] = Counter()
    broken: dict[str, list[int]] = {}
    done = requests = 0
    for result in _results(wish, started):
        done, requests = done + 1, requests + result.requests
        seen.update(result.marks)
        for wrong in result.wrongs:
            broken.setdefault(wrong.partition(": ")[0], []).append(result.seed)
        if result.wrongs and not wish.keep_going:
            return _tell(result.seed, wish.direction)
        now = time.monotonic()
        if now - shown > EVERY:
            shown = now
            print(
                f"{done} schedules, {done / (now - started):.1f} a second, {len(broken)} promises broken",
                flush=True,
            )
    print(f"{done} schedules, {requests} requests, {time.monotonic() - started:.0f} s.")
    for promise, seeds in sorted(broken.items(), key=lambda each: -len(each[1])):
        print(f"BROKEN in {len(set(seeds))} schedules: {promise}: seeds {sorted(set(seeds))[:8]}")
    _show_marks(seen)
    return 1 if broken else 0


def _results(wish: argparse.Namespace, started: float) -> Iterator[Result]:
    """In the order of the seeds. Several processes take a batch at a time."""
    seed, batch = wish.first, wish.jobs * 8
    with multiprocessing.Pool(wish.jobs) if wish.jobs > 1 else nullcontext() as pool:
        while (seed < wish.first + wish.count) if wish.count else (time.monotonic() - started < wish.seconds):
            end = min(seed + batch, wish.first + wish.count) if wish.count else seed + batch
            wishes = [(each, wish.direction) for each in range(seed, end)]
            yield from pool.imap(_one, wishes) if pool else map(_one, wishes)
            seed = end


def _show_marks(seen: Counter[str]) -> None:
    print("Reached:")
    for name, count in sorted(marks.reached(seen).items(), key=lambda each: each[1]):
        print(f"  {count:7}  {name}" + ("" if count else "   <-- never"))


if __name__ == "__main__":
    main()
