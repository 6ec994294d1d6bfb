"""Reads a story: a text file that a bookkeeper can read, into steps. It carries nothing out.

    title: What it is about
    spec: 2.7, 10.3

    settings customers.direction=two_way primary=books
    quickbooks:
        customer add name=Carefree phone=555-0100
    field:
        customer add name="ABC Plumbing"
    sync
    expect field:
        Carefree | phone 555-0100 | Synced

A step begins at the margin; what belongs to it is indented below. A line that begins with # or = is for the reader.
`STEPS` says what steps there are, and what each means. A head ``house: another make`` or ``house: the desk`` says that
the story is about that field system alone, and why.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

STEPS = {
    "settings": "KEY=VALUE ...: the first one makes the company, each later one changes it",
    "quickbooks": "what people do in QuickBooks (the simulator's edit language)",
    "field": "what people do in the field system (see fieldside)",
    "wait": "NUMBER seconds | minutes | hours | days",
    "clock": "of quickbooks NUMBER minutes ahead: the computer with QuickBooks goes wrong by so much",
    "sync": "a session; `full` reads everything again, `stops` must stop. A second one must find nothing to do",
    "during": "N: what people do after the Nth round trip of the next session; lines begin with quickbooks or field",
    "approve": "a person approves the plan that waits",
    "solve": "NAME = WORD ...: what a person does about what needs attention; words as in the command line",
    "put": "back NAME = FIELD ...: the values that the newest line of its history holds",
    "bring": "back NAME: what was deleted in the field system",
    "open": "another file NAME | the first file",
    "expect": "quickbooks | companies | field | attention | log | plan | settings | told | history NAME; all",
    "known": "fault: what the product still does wrong here; the story must fail until it is mended",
}


class Step(NamedTuple):
    """line: where it stands; word: one of STEPS; rest: what stands behind it; block: what is indented below."""

    line: int
    word: str
    rest: str
    block: tuple[str, ...]


class Story(NamedTuple):
    title: str
    spec: str
    steps: tuple[Step, ...]
    house: str = ""

    @property
    def fault(self) -> str:
        """Why it is known to fail; "" where it must hold."""
        return next(
            (step.rest.removeprefix("fault").strip(": ") for step in self.steps if step.word == "known"), ""
        )


class BadStory(Exception):
    """A story that cannot be read: which file, which line, what is wrong."""


def read(path: Path) -> Story:
    """Raises `BadStory`."""
    heads: dict[str, str] = {}
    steps: list[Step] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text[0] in "#=":
            continue
        if line[0] in " \t":
            if not steps:
                raise BadStory(f"{path.name}, line {number}: indented below nothing")
            steps[-1] = steps[-1]._replace(block=(*steps[-1].block, text))
            continue
        word, _, rest = text.rstrip(":").partition(" ")
        if word.rstrip(":") in ("title", "spec", "house"):
            heads[word.rstrip(":")] = text.partition(":")[2].strip()
        elif word in STEPS:
            steps.append(Step(number, word, rest.strip(), ()))
        else:
            raise BadStory(f"{path.name}, line {number}: {word!r} is no step; there are: {', '.join(STEPS)}")
    if not {"title", "spec"} <= heads.keys() or not steps:
        raise BadStory(f"{path.name}: a story has a title, the numbers of the spec, and steps")
    if not any(step.word == "expect" for step in steps):
        raise BadStory(f"{path.name}: a story that expects nothing cannot fail")
    return Story(heads["title"], heads["spec"], tuple(steps), heads.get("house", ""))
