"""Tells the story with deaths in it: at each moment of each session, one or several, and looks how it ends."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.crashes import story
from tests.support.world import Ended, Moment, World, ignore

CONNECTOR = ("asked", "executed", "answered")
"""Moments at which the Web Connector dies (or QuickBooks with it); at all others it is the server."""


class Killed(BaseException):
    """Somebody pulled the plug. Not an Exception, so nothing on the way can swallow it."""


class Teller:
    """Tells the story over copies of one prepared world. approve: the setting approve_plans."""

    def __init__(self, approve: str = "never") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fieldledger-crashes-"))
        (self.folder / "start").mkdir()
        self.company = story.prepare(self.folder / "start", approve)
        self.points: list[str] = []
        self.mornings: list[tuple[Path, int]] = []
        """The world at the beginning of each day, and how many moments came before, when nothing has died yet."""
        self.undisturbed = self.tell(())
        self.moments = tuple(self.points)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Teller:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tell(self, deaths: Iterable[int]) -> dict[str, Any]:
        """The state at the end of a telling in which something dies at each of these moments (counted from 1). What
        comes before the day of the first death is as in the undisturbed telling, so it is not told again."""
        last = set(deaths)
        first = max(
            (day for day, (_, before) in enumerate(self.mornings) if before < min(last, default=1)), default=0
        )
        kept, before = self.mornings[first] if self.mornings else (self.folder / "start", 0)
        self.points = ["told before"] * before
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(kept, copy)
        world = World.reopen(copy, self.company)
        morning = world.time

        def moment(what: str) -> None:
            self.points.append(what)
            if len(self.points) in last:
                raise Killed(what)

        try:
            for number, day in list(enumerate(story.DAYS))[first:]:
                if not last:
                    self._keep(copy)
                world.time = morning + number * 86_400
                day(world)
                story.until_quiet(world, lambda: _session(world, moment))
            return story.state(world)
        finally:
            world.stop()

    def _keep(self, world: Path) -> None:
        """Nothing is going on, so its files may be copied as they are."""
        morning = self.folder / f"morning-{len(self.mornings)}"
        shutil.copytree(world, morning)
        self.mornings.append((morning, len(self.points)))

    def differences(self, deaths: Iterable[int]) -> list[str]:
        """What is not as in the undisturbed telling; empty = nothing."""
        try:
            ended = self.tell(deaths)
        except AssertionError as error:
            return [str(error)]
        return [
            f"{key}:\n  undisturbed {self.undisturbed[key]}\n  with deaths {ended[key]}"
            for key in self.undisturbed
            if self.undisturbed[key] != ended[key]
        ]

    def at_random(self, seed: int) -> tuple[int, ...]:
        """One to three deaths. The same seed, the same deaths."""
        dice = random.Random(seed)
        return tuple(sorted(dice.sample(range(1, len(self.moments) + 1), dice.choice((1, 2, 2, 3)))))


def _session(world: World, moment: Moment) -> Ended:
    """One session; what dies in it is dead, and a dead server is started again."""
    world.moment = moment
    try:
        return world.session(lambda what, number: moment(what))
    except Killed as death:
        world.moment = ignore
        if str(death) not in CONNECTOR:
            world.stop()
            world.start()
        return Ended("died", str(death))
    finally:
        world.moment = ignore
