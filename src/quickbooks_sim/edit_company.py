"""Edits of everything but records: switches, clock, locks, company, host and preferences."""

from __future__ import annotations

from collections.abc import Callable

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.engine.values import value_problem
from quickbooks_sim.fields import group_of, in_order, replaced
from quickbooks_sim.locks import ANSWERS, DEFAULT, put_lock, take_lock
from quickbooks_sim.records import by_full_name
from quickbooks_sim.script import Command, assignments
from quickbooks_sim.status import Refusal
from quickbooks_sim.tables.company import GROUP_ORDER
from quickbooks_sim.tables.editing import DOCUMENT_WORDS, KIND_WORDS
from quickbooks_sim.tables.switches import check_switch


def _one(command: Command) -> str:
    if len(command.words) != 2:
        raise command.bad(f"{command.words[0]} wants one value")
    return command.words[1]


def _set_switch(company: CompanyFile, command: Command, name: str, value: str) -> None:
    problem = check_switch(name, value)
    if problem:
        raise command.bad(problem)
    company.set_switch(name, value)


def _switch(company: CompanyFile, command: Command) -> None:
    for name, value in assignments(command, command.words[1:]).items():
        _set_switch(company, command, name, value)


def _lock(company: CompanyFile, command: Command) -> None:
    verb, rest = command.words[0], command.words[3:]
    if len(command.words) < 3 or command.words[1] not in KIND_WORDS:
        raise command.bad(f"{verb} wants a kind ({', '.join(KIND_WORDS)}) and a name")
    record = by_full_name(company, (KIND_WORDS[command.words[1]],), command.words[2])
    if record is None:
        raise command.bad(f"there is no {command.words[1]} {command.words[2]!r}")
    if verb == "lock":
        put_lock(company, record, *_how_locked(command, rest))
    elif rest:
        raise command.bad("unlock wants a kind and a name, and nothing else")
    else:
        take_lock(company, record)


def _how_locked(command: Command, rest: tuple[str, ...]) -> tuple[str, int | None]:
    """What ``as CODE times N`` says: the answer of the lock, and how many writes it refuses (None = all)."""
    said = dict(zip(rest[::2], rest[1::2], strict=False))
    if len(said) * 2 != len(rest) or not said.keys() <= {"as", "times"}:
        raise command.bad("after the name lock wants nothing, or: as CODE, times N, or both")
    answer, times = said.get("as", DEFAULT), said.get("times")
    if answer not in ANSWERS:
        raise command.bad(f"a lock answers {', '.join(ANSWERS)}, not {answer!r}")
    if times is not None and not (times.isascii() and times.isdigit() and 0 < int(times) < 10**9):
        raise command.bad(f"times wants a number from 1, not {times!r}")
    return answer, None if times is None else int(times)


def _company(company: CompanyFile, command: Command) -> None:
    document, known = DOCUMENT_WORDS[command.words[0]]
    body = company.document(document)
    for name, value in assignments(command, command.words[1:]).items():
        if name not in known:
            raise command.bad(f"{command.words[0]} has no field {name!r}; it has: {', '.join(known)}")
        body = replaced(body, name, value or None)
    company.store_document(document, body)


def _preference(company: CompanyFile, command: Command) -> None:
    body = company.document("PreferencesRet")
    for name, value in assignments(command, command.words[1:]).items():
        group = next(
            (group for group, order in GROUP_ORDER.items() if name in order and not name.endswith("Ref")),
            None,
        )
        if group is None:
            known = sorted(n for order in GROUP_ORDER.values() for n in order if not n.endswith("Ref"))
            raise command.bad(f"there is no preference {name!r}; there are: {', '.join(known)}")
        kind = "date" if name == "ClosingDate" else "bool" if name.startswith("Is") else "s"
        problem = value_problem(kind, value, name)
        if problem is not None:
            raise Refusal(problem)
        changed = in_order(replaced(group_of(body, group), name, value or None), GROUP_ORDER[group])
        body = replaced(body, group, changed)
    company.store_document("PreferencesRet", body)


COMMANDS: dict[str, Callable[[CompanyFile, Command], None]] = {
    "lock": _lock,
    "unlock": _lock,
    "mode": lambda company, command: _set_switch(company, command, "mode", _one(command)),
    "switch": _switch,
    "clock": lambda company, command: _set_switch(company, command, "clock", " ".join(command.words[1:])),
    "move": lambda company, command: _set_switch(company, command, "company_path", _one(command)),
    "company": _company,
    "host": _company,
    "preference": _preference,
}
"""Command -> what carries it out."""
