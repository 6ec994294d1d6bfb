"""The matrix: every event, in every direction, from every side. Reads the tables in ``matrix/`` and plays them.

What is to come out is written there, by hand, from the spec. All events of one direction and one circumstance are
played in one world, each on records of its own (spec 10.5: none stands in another's way), among so many others that
no plan trips the brake (spec 2.12).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from fieldledger.office import companies, views
from tests.stories import fieldside, showing
from tests.stories.runner import WRITES
from tests.stories.showing import Place, Shown
from tests.support.connector import INTERVAL, Stage, edit

DIRECTIONS = {
    "books_to_field": {"customers.direction": "books_to_field"},
    "field_to_books": {"customers.direction": "field_to_books"},
    "two_way books": {"customers.direction": "two_way", "primary": "books"},
    "two_way field": {"customers.direction": "two_way", "primary": "field"},
}
ALONE = ("QuickBooks", "the field")
DURING = ("QuickBooks during a sync", "the field during a sync")
CLASHES = ("QuickBooks last", "the field last", "the same second", "clocks apart, the field last")
BOTH = ("both alike", *CLASHES)
CIRCUMSTANCES = (*ALONE, *BOTH, *DURING)
CLOCKS_APART = 3 * 3600.0
"""Seconds by which the computer with QuickBooks is ahead, where the clocks are apart."""
FILLERS = 250
DAY = 86_400


class Cell(NamedTuple):
    """wanted: what the table says; none: why there is nothing to play; spec: the sentences that it stands on."""

    event: str
    circumstance: str
    direction: str
    wanted: str
    none: str
    spec: str


class Event(NamedTuple):
    """name; word: the first word of its records; scripts: by who does it."""

    name: str
    word: str
    scripts: dict[str, str]

    def script(self, side: str, circumstance: str) -> str:
        """What this side does ("" = nothing)."""
        how = "alike" if circumstance == "both alike" else "differently"
        if circumstance in BOTH:
            shared = self.scripts.get("both alike") if how == "alike" else None
            return shared or self.scripts.get(f"{side}, {how}") or self.scripts.get(side, "")
        return self.scripts.get(side, "") if circumstance.startswith(side) else ""


def read(folder: Path) -> tuple[list[Event], list[Cell]]:
    """All tables. ValueError where a line makes no sense."""
    events: list[Event] = []
    cells: list[Cell] = []
    for path in sorted(folder.glob("*.txt")):
        for part in re.split(r"^event ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            _read_event(part.splitlines(), events, cells)
    return events, cells


def _read_event(lines: Sequence[str], events: list[Event], cells: list[Cell]) -> None:
    scripts: dict[str, str] = {}
    heads: list[str] = []
    spec, who = "", ""
    name = lines[0].strip()
    for line in lines[1:]:
        text = line.strip()
        if not text or text[0] == "#" or text.startswith("start "):
            continue
        if line[0] != " ":
            head, none, spec = _head(text)
            heads, who = ([], head) if not (spec or none) else (head.split("; "), "")
            for circumstance in heads if none else ():
                cells += [Cell(name, circumstance, direction, "", none, spec) for direction in DIRECTIONS]
        elif who:
            scripts[who] = scripts.get(who, "") + _expanded(text) + "\n"
        else:
            directions, _, wanted = text.partition(": ")
            chosen = list(DIRECTIONS) if directions == "all" else directions.split(", ")
            cells += [Cell(name, head, direction, wanted, "", spec) for head in heads for direction in chosen]
    found = re.search(r'customer (?:add name=)?"?(\w+)', "".join(scripts.values()))
    if found is None:
        raise ValueError(f"event {name}: nobody does anything")
    events.append(Event(name, found[1], scripts))


def _head(text: str) -> tuple[str, str, str]:
    """A line at the margin: (who or what, why there is nothing, spec)."""
    head, _, none = text.partition("n/a:")
    match = re.search(r"\[(.*)\]$", head)
    return head[: match.start() if match else None].strip(), none.strip(), match[1] if match else ""


def _expanded(text: str) -> str:
    match = re.match(r"(\d+) times: (.*)", text)
    return "\n".join(match[2].format(n=n + 1) for n in range(int(match[1]))) if match else text


# ---- worlds ---------------------------------------------------------------------------------------------------------


def start_script() -> str:
    """QuickBooks as it is before anything happens."""
    tops = ["Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gorse", "Hawthorn Lane", "Hazel", "Ivy", "Juniper",
            "Juniper House", "Kapok", "Larch", "Yew", "Zelkova"]  # fmt: skip
    lines = [f'customer add name="{name}" phone=0' for name in tops]
    lines += [
        f'customer add name="{top} Job" parent="{top}" phone=0'
        for top in ("Ivy", "Juniper", "Kapok", "Larch")
    ]
    for name in ("Maple", "Nettle", "Oak", "Pine", "Quince", "Rowan", "Sorrel"):
        lines += [
            f"customer add name={name}",
            f'customer {name} shipto add name=North addr1="1 North St" default=true',
            f'customer {name} shipto add name=South addr1="2 South St"',
        ]
    lines += [f'customer {name} shipto add name=West addr1="3 West St"' for name in ("Pine", "Quince")]
    return "\n".join([*lines, *(f"customer add name=Filler-{n}" for n in range(FILLERS))])


def start(folder: Path, direction: str) -> Stage:
    """A world in which everything is linked and in step, and has been for some days."""
    settings = DIRECTIONS[direction]
    first = (
        {**settings, "customers.direction": "books_to_field"} if direction == "field_to_books" else settings
    )
    stage = Stage(folder, {"approve_plans": "never", **first})
    stage.edit(start_script())
    stage.sync()
    stage.edit("customer Elder inactive")
    stage.sync(times=2)
    if direction == "field_to_books":
        companies.set_settings(stage.journal, stage.company, settings, "test")
    stage.time += 3 * DAY
    stage.sync(times=2)
    assert stage.events() == []
    assert stage.status()["linked"] == len(stage.customers())
    return stage


def copied(stage: Stage, to: Path) -> Stage:
    """The same world once more."""
    again = Stage.copied(stage.folder, stage.company, to)
    again.time, again.ahead = stage.time, stage.ahead
    again.other.positions = dict(stage.other.positions)
    again.other.keys = dict(stage.other.keys)
    again.other.policies = dict(stage.other.policies)
    for company, rows in stage.other.rows.items():
        again.other.rows[company] = {id: type(row)(**_fields(row)) for id, row in rows.items()}
    return again


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


class Played(NamedTuple):
    """A world in which everything has happened. before, now: both sides; log: what was said since; restless: what a
    second sync still did, [] = nothing."""

    before: tuple[dict[str, Shown], dict[str, Shown]]
    now: tuple[dict[str, Shown], dict[str, Shown]]
    log: list[dict[str, Any]]
    restless: list[str]

    def cell(self, word: str) -> str:
        """What came of the records of this word, in the words of the tables, without what was lost."""
        sides = [
            ", ".join(_differences(before, now, word)) or "-"
            for before, now in zip(self.before, self.now, strict=True)
        ]
        reasons = sorted({each["reason"] for each in self._about(word) if _is_told(each)})
        return " / ".join([*sides, ", ".join(reasons)]).removesuffix(" / ")

    def in_history(self, word: str, value: str) -> bool:
        """Whether a former value stands in the history of these records (spec 10.2)."""
        return any(
            value == str(change["before"]) or (len(value) > 1 and value in str(change["before"]))
            for each in self._about(word)
            for change in each["changes"]
        )

    def _about(self, word: str) -> Iterable[dict[str, Any]]:
        return (each for each in self.log if _word(each["name"]) == word)


def _word(name: str) -> str:
    return re.split(r"[ :]", name, maxsplit=1)[0]


def _is_told(event: dict[str, Any]) -> bool:
    return event["what"] not in ("created", "updated") or event["reason"] == "conflict"


def _differences(before: dict[str, Shown], now: dict[str, Shown], word: str) -> list[str]:
    told = []
    for id in sorted({*before, *now}):
        was, is_ = before.get(id), now.get(id)
        if word not in (_word(was.name) if was else "", _word(is_.name) if is_ else ""):
            continue
        if is_ is None:
            told.append("gone")
        elif was is None:
            texts = [f"{field} {text}" for field, text in is_.texts.items() if text != "Tax"]
            told.append(" ".join([f"new {is_.name}", *texts, *_places((), is_.places)]))
        else:
            told += _changes(was, is_)
    return sorted(told, key=lambda each: (each.startswith("new "), each.startswith("new ") and each))


def _changes(was: Shown, is_: Shown) -> list[str]:
    told = [f"called {is_.name}"] if was.name != is_.name else []
    told += [f"{field} {text}" for field, text in is_.texts.items() if was.texts.get(field) != text]
    told += [f"no {field}" for field in was.texts if field not in is_.texts]
    places = " ".join(_places(was.places, is_.places))
    told += [places] if places else []
    told += ["active" if is_.active else "inactive"] if was.active != is_.active else []
    return told


def _places(was: Sequence[Place], now: Sequence[Place]) -> list[str]:
    if abs(len(now) - len(was)) > 4:
        return [f"{len(now)} places"]
    old, new = {place.name: place for place in was}, {place.name: place for place in now}
    if len(new) != len(now):
        return [f"equal names: {sorted(place.name for place in now)}"]
    told = sorted(
        [f"+{name}" for name in new.keys() - old.keys()] + [f"-{name}" for name in old.keys() - new.keys()]
    )
    for name in sorted(new.keys() & old.keys()):
        told += [f"{name} at {new[name].address}"] if new[name].address != old[name].address else []
        told += [f"default {name}"] if new[name].default and not old[name].default else []
    return told


# ---- playing ----------------------------------------------------------------------------------------------------


def both_sides(stage: Stage) -> tuple[dict[str, Shown], dict[str, Shown]]:
    return (
        {each.id: each for each in showing.in_quickbooks(stage)},
        {each.id: each for each in showing.in_field(stage)},
    )


def play(stage: Stage, events: Sequence[Event], circumstance: str, moment: int | None = None) -> Played:
    """Everything happens, then it syncs. moment: of the session during which it happens, counted from 0; two to each
    round trip (QuickBooks has answered; the answer was posted). Closes the world."""
    before = both_sides(stage)
    last_run = stage.last_run()["run"]
    books, field = ("\n".join(each.script(side, circumstance) for each in events) for side in ALONE)
    if moment is not None:
        _during(stage, books, field, moment)
    else:
        _at_rest(stage, books, field, circumstance)
    stage.sync()
    restless = _restless(stage)
    runs = range(last_run + 1, stage.last_run()["run"] + 1)
    log = [each for run in runs for each in views.run(stage.journal, stage.company, run)["events"]]
    now = both_sides(stage)
    stage.stop()
    return Played(before, now, log, restless)


def _at_rest(stage: Stage, books: str, field: str, circumstance: str) -> None:
    if circumstance.startswith("clocks apart"):
        stage.ahead = CLOCKS_APART
        fieldside.do(stage, "customer Yew set phone=2")
        stage.sync()  # how far apart they are shows when QuickBooks is written
    order = [(edit, books), (fieldside.do, field)]
    if circumstance == "QuickBooks last":
        order.reverse()
    for do, script in order:
        if script.strip():
            do(stage, script)
        stage.time += 0 if circumstance == "the same second" else 1800


def _during(stage: Stage, books: str, field: str, moment: int) -> None:
    """A session that has something to do on both sides, and people who do not wait for its end."""
    edit(stage, "customer Zelkova set phone=1")
    fieldside.do(stage, "customer Yew set phone=1")
    stage.time += INTERVAL
    with stage.connect() as connector:
        for number in range(1000):
            if number % 2 == 0:
                if connector.ask() is None:
                    raise AssertionError(
                        f"the session stopped: {connector.world.engine.last_error(connector.ticket)}"
                    )
                connector.execute()
            elif connector.post() == 100:
                connector.close()
                return
            if number == moment:
                stage.time += 5
                if books.strip():
                    edit(stage, books)
                if field.strip():
                    fieldside.do(stage, field)


def moments(stage: Stage) -> int:
    """How many moments `_during` has in this world, which it leaves as played."""
    edit(stage, "customer Zelkova set phone=1")
    fieldside.do(stage, "customer Yew set phone=1")
    stage.time += INTERVAL
    with stage.connect() as connector:
        connector.run()
    return 2 * len(connector.requests) - 1


def _restless(stage: Stage) -> list[str]:
    """A second sync, with nothing changed: what it writes and says all the same (spec 10.3)."""
    before = both_sides(stage)
    stage.other.calls.clear()
    connector = stage.sync()
    found = [f"to QuickBooks: {request}" for request in connector.requests if WRITES.search(request)]
    found += ["to the field system"] if "write" in stage.other.calls else []
    found += [f"said: {each['name']}: {each['told']}" for each in stage.events()]
    found += ["something moved"] if both_sides(stage) != before else []
    return found
