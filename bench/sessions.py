"""Whole sessions in one process: first import, nothing changed, a hundred changes; by the size of the books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.measure import Row, best
from tests.support.world import World


def rows(folder: Path, sizes: tuple[int, ...]) -> Iterator[Row]:
    quiet: float | None = None
    changed: float | None = None
    for size in sizes:
        (folder / str(size)).mkdir()
        with World(folder / str(size)) as world:
            world.generate(size)
            first = best(lambda: until_done(world), runs=1)
            yield Row(
                f"first import of {size:,} customers into the desk",
                first,
                note=f"{size / first:,.0f} a second",
            )
            seconds = best(lambda: later(world))
            quiet = quiet or seconds
            yield Row(f"session with nothing changed in books of {size:,}", seconds, f"in books of {sizes[0]:,}",
                      seconds / quiet)  # fmt: skip
            edit(world, 100)
            seconds = best(lambda: later(world), runs=1)
            changed = changed or seconds
            yield Row(f"session with 100 changes in books of {size:,}", seconds, f"in books of {sizes[0]:,}",
                      seconds / changed)  # fmt: skip


def until_done(world: World) -> None:
    """The first session; a long one goes on in further calls until it is over."""
    ended = world.session()
    if ended.outcome != "finished":
        raise RuntimeError(f"the session ended with {ended.outcome}: {ended.told}")


def later(world: World) -> None:
    world.time += 900
    until_done(world)


def edit(world: World, number: int) -> None:
    """Somebody changes so many customers in QuickBooks."""
    names = [each["sync"]["books_name"] for each in world.customers() if each["sync"]]
    tops = sorted(name for name in names if ":" not in name)[:number]
    world.edit("\n".join(f'customer "{name}" set phone="555-{place:04}"' for place, name in enumerate(tops)))
