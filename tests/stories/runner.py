"""Carries a story out, and holds what comes of it against what the story says.

After every sync a second one is run, which must write nothing on either side, send QuickBooks no writing request, and
say nothing new (spec 10.3). What is expected is written by hand, from the spec; it is never rewritten from here.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fieldledger.journal import events
from fieldledger.model.kinds import Kind
from fieldledger.office import companies, restoring, solving, views
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from quickbooks_sim.build import add_tax_codes, new_file
from tests.stories import fieldside, showing
from tests.stories.script import BadStory, Step, Story
from tests.support.connector import INTERVAL, Connector, Stage, edit

WRITES = re.compile(r"<\w+(Add|Mod|Del)Rq\b")
STRANGE_MARK = "{11111111-2222-3333-4444-555555555555}"
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
WHO = "the bookkeeper"


class Wrong(AssertionError):
    """The story came out otherwise."""


def tell(story: Story, folder: Path, house: type[Stage] = Stage) -> None:
    """Tell the whole story. house: the kind of stage, with its field system. Raises `Wrong` with a difference that can
    be read."""
    Telling(folder, house).tell(story)


class Telling:
    """One story being told. stage: the world, made by its first settings."""

    def __init__(self, folder: Path, house: type[Stage] = Stage) -> None:
        self.folder, self.house = folder, house
        self.stage: Stage
        self.run = 0
        self.told = ""
        self.meanwhile: dict[int, list[str]] = {}

    def tell(self, story: Story) -> None:
        try:
            for step in story.steps:
                self.step = step
                do: Callable[[Step], None] = getattr(self, f"_{step.word}")
                do(step)
        except (CannotDo, NoSuchThing, WrongUse) as error:
            raise Wrong(f"{self._where()}: {error}") from error
        finally:
            if hasattr(self, "stage"):
                self.stage.stop()

    # ---- what happens ------------------------------------------------------------------------------------------

    def _known(self, step: Step) -> None:
        """Told by the test that runs the story."""

    def _settings(self, step: Step) -> None:
        chosen = dict(pair.split("=", 1) for pair in (*step.rest.split(), *step.block))
        if not hasattr(self, "stage"):
            self.stage = self.house(self.folder, {"approve_plans": "never", **chosen})
        else:
            companies.set_settings(self.stage.journal, self.stage.company, chosen, WHO)

    def _quickbooks(self, step: Step) -> None:
        edit(self.stage, self._named("\n".join(step.block)))

    def _field(self, step: Step) -> None:
        fieldside.do(self.stage, "\n".join(step.block))

    def _named(self, script: str) -> str:
        return script.replace("{folder}", str(self.folder))

    def _wait(self, step: Step) -> None:
        number, unit = step.rest.split()
        self.stage.time += int(number) * SECONDS[unit.rstrip("s")]

    def _clock(self, step: Step) -> None:
        match = re.fullmatch(r"of quickbooks (-?\d+) minutes ahead", step.rest)
        if match is None:
            raise BadStory(f"line {step.line}: {step.rest!r}")
        self.stage.ahead = float(match[1]) * 60

    def _open(self, step: Step) -> None:
        stage: Any = self.stage
        if step.rest == "the first file":
            stage.file = stage.folder / "company.qbs"
            stage.__dict__.pop("file_id", None)
            return
        name = shlex.split(step.rest.removeprefix("another file"))[0]
        stage.file = self.folder / "another.qbs"
        stage.file_id = lambda: STRANGE_MARK
        with new_file(stage.file, name) as company, company.writing():
            stage._set_clock(company)
            add_tax_codes(company)

    def _during(self, step: Step) -> None:
        self.meanwhile[int(step.rest)] = list(step.block)

    def _sync(self, step: Step) -> None:
        stage = self.stage
        if step.rest not in ("", "full", "stops"):
            raise BadStory(f"line {step.line}: sync {step.rest}?")
        if step.rest == "full":
            companies.ask_sync(stage.journal, stage.company, full=True, who=WHO)
        wanted = "stopped" if step.rest == "stops" else "finished"
        busy = bool(self.meanwhile)
        self._session(wanted)
        self.run = views.log(stage.journal, stage.company, 1)[0]["run"]
        if self.meanwhile:
            raise BadStory(f"line {step.line}: the session had no round trip {sorted(self.meanwhile)}")
        if not busy:
            self._must_rest(wanted)

    def _session(self, wanted: str) -> list[str]:
        """One session; returns what was sent to QuickBooks."""
        self.stage.time += INTERVAL
        with self.stage.connect() as connector:
            ended = self._to_its_end(connector)
            self.told = self.stage.engine.last_error(connector.ticket)
            connector.close()
        if ended != wanted:
            raise Wrong(f"{self._where()}: the session {ended}: {self.told}")
        return connector.requests

    def _to_its_end(self, connector: Connector) -> str:
        for number in range(1, 200):
            percent = connector.step()
            if percent == 100 or percent < 0:
                return "finished" if percent == 100 else "stopped"
            for line in self.meanwhile.pop(number, ()):
                side, _, script = line.partition(" ")
                if side == "quickbooks":
                    edit(self.stage, script)
                else:
                    fieldside.do(self.stage, script)
        return "did not end"

    def _must_rest(self, wanted: str) -> None:
        """spec 10.3: nothing changed since, so nothing may happen."""
        stage = self.stage
        before = self._standing()
        stage.other.calls.clear()
        requests = self._session(wanted)
        run = views.log(stage.journal, stage.company, 1)[0]["run"]
        written = [request for request in requests if WRITES.search(request)]
        if written:
            raise Wrong(f"{self._where()}: a second sync wrote to QuickBooks (spec 10.3): {written[0]}")
        if "write" in stage.other.calls:
            raise Wrong(f"{self._where()}: a second sync wrote to the field system (spec 10.3)")
        self._compare("what a second sync left (spec 10.3)", before, self._standing())
        if wanted == "finished":
            self._compare("the log of a second sync (spec 10.3)", [], self._events(run))

    def _standing(self) -> list[str]:
        told = [f"QuickBooks {each.version}: {each.line()}" for each in showing.in_quickbooks(self.stage)]
        told += [
            f"field {each.version}: {each.line()} {each.detail}" for each in showing.in_field(self.stage)
        ]
        return told + [f"attention {line}" for line in self._attention()]

    # ---- what people decide ------------------------------------------------------------------------------------

    def _approve(self, step: Step) -> None:
        self.stage.approve()

    def _solve(self, step: Step) -> None:
        name, _, rest = step.rest.partition(" = ")
        do, *words = shlex.split(rest)
        more = dict(word.split("=", 1) for word in words)
        if "other" in more and not more["other"].isdigit():
            more["other"] = self._id(more["other"])
        elif "other" in more:
            more["other"] = str(int(more["other"]))
        held = [
            each for each in views.attention(self.stage.journal, self.stage.company) if each["name"] == name
        ]
        if len(held) != 1:
            raise Wrong(f"{self._where()}: {len(held)} of name {name!r} need attention, not one")
        solving.solve(self.stage.journal, self.stage.company, held[0]["hold"], do, who=WHO, **more)

    def _id(self, called: str) -> str:
        if called.startswith("field:"):
            return str(fieldside.find(self.stage, called.removeprefix("field:")))
        return next(each.id for each in showing.in_quickbooks(self.stage) if each.name == called)

    def _put(self, step: Step) -> None:
        name, _, fields = step.rest.removeprefix("back ").partition(" = ")
        lines = [each for each in self._history(name) if each["put_back"]]
        if not lines:
            raise Wrong(f"{self._where()}: nothing in the history of {name} can be put back")
        restoring.put_back(
            self.stage.journal, self.stage.company, lines[-1]["event"], fields.split(), who=WHO
        )

    def _bring(self, step: Step) -> None:
        name = step.rest.removeprefix("back ")
        restoring.bring_back(self.stage.journal, self.stage.company, Kind.CUSTOMER, self._id(name), WHO)

    # ---- what is expected --------------------------------------------------------------------------------------

    def _expect(self, step: Step) -> None:
        what, _, name = step.rest.partition(" ")
        stage = self.stage
        match what:
            case "quickbooks":
                found = [each.line() for each in showing.in_quickbooks(stage)]
            case "companies":
                found = [
                    f"{each.name} = {each.company or 'nothing'}" for each in showing.in_quickbooks(stage)
                ]
            case "field":
                found = [each.line() for each in showing.in_field(stage)]
            case "attention":
                found = self._attention()
            case "log":
                found = self._events(self.run)
            case "plan":
                found = self._plan()
            case "told":
                found = [self.told]
            case "settings":
                found = self._settings_told()
            case "history":
                found = [
                    "; ".join([f"{each['what']}: {each['told']}", *map(_change, each["changes"])])
                    for each in self._history(name)
                ]
            case _:
                raise BadStory(f"line {step.line}: expect {what}?")
        wanted = [] if step.block == ("nothing",) else list(step.block)
        self._compare(step.rest, wanted, found)

    def _compare(self, what: str, wanted: Sequence[str], found: Sequence[str]) -> None:
        """Lists stand in no order: both are sorted before they are laid side by side."""
        if sorted(wanted) != sorted(found):
            lines = difflib.unified_diff(
                sorted(wanted), sorted(found), "the story says", "it came", lineterm="", n=99
            )
            raise Wrong("\n".join([f"{self._where()}: {what}", *lines]))

    def _where(self) -> str:
        return f"line {self.step.line} ({self.step.word} {self.step.rest})".replace(" )", ")")

    def _attention(self) -> list[str]:
        return [
            f"{each['name']}: {each['told']}" + (f" [{each['waiting']} more wait]" if each["waiting"] else "")
            for each in views.attention(self.stage.journal, self.stage.company)
        ]

    def _events(self, run: int) -> list[str]:
        events = views.run(self.stage.journal, self.stage.company, run)["events"]
        return [
            f"{each['what']} {each['name']}: {each['told']}".replace(" :", ":")
            for each in events
            if not _is_given(each, each["what"])
        ]

    def _plan(self) -> list[str]:
        plan = views.plan(self.stage.journal, self.stage.company)
        waiting = plan["state"] == "proposed"
        return [f"waits: {plan['why']}"] * waiting + [
            "; ".join(
                [f"{each['verb']} {each['name']} in {WHERE[each['side']]}", *map(_change, each["changes"])]
            )
            for each in plan["actions"]
            if not _is_given(each, each["verb"])
        ]

    def _settings_told(self) -> list[str]:
        with self.stage.journal.read() as tx:
            happened = events.newest(tx, self.stage.company, 1000)
        return [each.told for each in happened if each.what == "settings" and each.who == WHO]

    def _history(self, name: str) -> list[dict[str, Any]]:
        id = next((each.id for each in showing.in_quickbooks(self.stage) if each.name == name), None)
        id = id or str(fieldside.find(self.stage, name))
        events: list[dict[str, Any]] = views.history(self.stage.journal, self.stage.company, "customer", id)[
            "events"
        ]
        return events


def _is_given(about: dict[str, Any], what: str) -> bool:
    """Whether it only brings over, ties or describes a code that every company file has from its first day: Tax and
    Non, which come from QuickBooks in every direction. No story of customers tells of that; whatever else comes of
    these codes must be told."""
    arrives = what in ("create", "created", "link", "linked")
    described = what in ("update", "updated") and {each["label"] for each in about["changes"]} == {
        "Description"
    }
    given = about["kind"] == Kind.SALES_TAX_CODE and about["name"] in ("Tax", "Non")
    return given and (arrives or described)


WHERE = {"books": "QuickBooks", "field": "the field system"}


def _change(change: dict[str, Any]) -> str:
    """``Phone 555-0100 -> 555-0101``; of addresses and locations only that they changed."""
    if isinstance(change["before"] or change["after"], (dict, list)):
        return str(change["label"])
    before, after = (
        "nothing" if value is None else str(value) for value in (change["before"], change["after"])
    )
    return f"{change['label']} {before} -> {after}"
