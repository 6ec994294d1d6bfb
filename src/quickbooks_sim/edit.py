"""The edit language: what a person does in QuickBooks, one command a line, all or nothing.

A script is parsed whole before anything is applied, and applied in one span. Edits obey the rules that QuickBooks
has for people: nothing here may write around them (the switches excepted, which are the weather, not the data).
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace

from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.engine.addresses import entries, is_default, with_ship_to
from quickbooks_sim.engine.changes import add_record, check_name, modify_record
from quickbooks_sim.engine.filters import cents
from quickbooks_sim.engine.shapes import percent
from quickbooks_sim.engine.values import value_problem
from quickbooks_sim.engine.writes import storable
from quickbooks_sim.fields import Fields, group_of, in_order, replaced, text_of
from quickbooks_sim.records import Record, by_full_name, change, is_locked, remove, set_balance, users
from quickbooks_sim.status import Refusal, bad_value, cannot_delete, in_use, locked, too_long
from quickbooks_sim.tables.company import GROUP_ORDER
from quickbooks_sim.tables.editing import ADDRESS_WORDS, DOCUMENT_WORDS, FIELD_WORDS, KIND_WORDS, NAME_LENGTHS
from quickbooks_sim.tables.lists import KINDS
from quickbooks_sim.tables.requests import ENUMERATIONS
from quickbooks_sim.tables.switches import check_switch
from quickbooks_sim.tables.words import words

_VERBS = "add, set, rename, under, inactive, active, delete, balance, shipto"
_COMMANDS = ", ".join(
    [*KIND_WORDS, *words("lock unlock mode switch clock move company host preference restore backup")]
)


class EditError(Exception):
    """A script that cannot be applied. `refused`: QuickBooks' rules forbid it (otherwise it is badly written)."""

    def __init__(self, line: int, message: str, refused: bool = False) -> None:
        self.refused = refused
        super().__init__(f"line {line}: {message}; nothing was changed")


@dataclass(frozen=True)
class _Command:
    line: int
    words: tuple[str, ...]

    def bad(self, message: str) -> EditError:
        return EditError(self.line, message)


def apply_script(company: CompanyFile, script: str) -> int:
    """Applies a script; returns the number of commands. EditError: nothing was changed."""
    commands = _parse(script)
    for command in commands:
        if command.words[0] in ("restore", "backup"):
            if len(commands) > 1 or len(command.words) != 2:
                raise command.bad(
                    f"{command.words[0]} takes one file name and must stand alone in its script"
                )
            return _whole_file(company, command)
    with company.writing():
        for command in commands:
            try:
                _apply(company, command)
            except Refusal as refusal:
                raise EditError(
                    command.line, f"QuickBooks refuses: {refusal.status.message}", True
                ) from refusal
    return len(commands)


def _parse(script: str) -> list[_Command]:
    commands: list[_Command] = []
    for number, text in enumerate(script.splitlines(), 1):
        try:
            lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
            lexer.whitespace_split = True
            lexer.escape = ""  # paths of Windows are full of backslashes
            found = tuple(lexer)
        except ValueError as error:
            raise EditError(
                number, f"{text.strip()!r} cannot be read ({error}): is a quotation mark missing?"
            ) from error
        if found:
            commands.append(_Command(number, found))
    if not commands:
        raise EditError(1, "the script holds no command")
    return commands


def _whole_file(company: CompanyFile, command: _Command) -> int:
    try:
        if command.words[0] == "restore":
            company.restore_from(command.words[1])
        else:
            company.copy_to(command.words[1])
    except CompanyFileError as error:
        raise EditError(command.line, str(error)) from error
    return 1


def _apply(company: CompanyFile, command: _Command) -> None:
    first = command.words[0]
    if first in KIND_WORDS:
        _record_command(company, command)
    elif first in _PLAIN:
        _PLAIN[first](company, command)
    else:
        raise command.bad(f"there is no command {first!r}; there are: {_COMMANDS}")


def _pairs(command: _Command, words: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise command.bad(f"{word!r} should be field=value")
        if name in found:
            raise command.bad(f"{name!r} is set twice")
        found[name] = storable(value)
    if not found:
        raise command.bad("at least one field=value is wanted")
    return found


def _record_command(company: CompanyFile, command: _Command) -> None:
    kind = KIND_WORDS[command.words[0]]
    if len(command.words) < 3:
        raise command.bad(f"{command.words[0]} wants a name (or add) and one of: {_VERBS}")
    if command.words[1] == "add" and "=" in command.words[2]:
        add_record(company, kind, _fields(command, kind, _pairs(command, command.words[2:]), None))
        return
    record = _find(company, command, kind, command.words[1])
    verb, rest = command.words[2], command.words[3:]
    if is_locked(company, record):
        raise Refusal(locked(record.list_id))
    if verb == "set":
        modify_record(company, record, _fields(command, kind, _pairs(command, rest), record))
    elif verb in ("rename", "under", "balance") and len(rest) != 1:
        raise command.bad(f"{verb} wants one value")
    elif verb == "rename":
        modify_record(company, record, [("Name", _name(kind, rest[0]))])
    elif verb == "under" and KINDS[kind].hierarchical:
        modify_record(company, record, [("ParentRef", [("FullName", rest[0])] if rest[0] else [])])
    elif verb in ("active", "inactive") and not rest:
        modify_record(company, record, [("IsActive", "true" if verb == "active" else "false")])
    elif verb == "delete" and not rest:
        _delete(company, record)
    elif verb == "balance" and KINDS[kind].has_balance:
        problem = value_problem("amt", rest[0], "balance")
        if problem is not None:
            raise Refusal(problem)
        set_balance(company, record, cents(rest[0]))
    elif verb == "shipto" and kind == "Customer":
        _ship_to(company, command, record, rest)
    else:
        raise command.bad(f"{command.words[0]} cannot do {' '.join(command.words[2:])!r}; it can: {_VERBS}")


def _find(company: CompanyFile, command: _Command, kind: str, name: str) -> Record:
    record = by_full_name(company, (kind,), name)
    if record is None:
        raise command.bad(f"there is no {command.words[0]} {name!r}")
    return record


def _name(kind: str, name: str) -> str:
    name = check_name(kind, storable(name))
    limit = NAME_LENGTHS.get(kind, 31)
    if len(name) > limit:
        raise Refusal(too_long(name, "Name"))
    return name


def _fields(command: _Command, kind: str, pairs: dict[str, str], old: Record | None) -> Fields:
    """The fields of an Add or Mod for these words."""
    known = FIELD_WORDS[kind]
    fields: Fields = []
    address = group_of(old.body, _address_element(kind)) if old else []
    for word, value in pairs.items():
        if word == "name" and old is None:
            fields.append(("Name", _name(kind, value)))
        elif word == "parent" and old is None and KINDS[kind].hierarchical:
            fields.append(("ParentRef", [("FullName", value)]))
        elif word in ADDRESS_WORDS and kind in ("Customer", "Vendor"):
            # A line that is cleared is named: an address line that is not sent may stay (switch address_mod).
            address = _address(command, address, {word: value})
            if not value:
                address = [*address, (ADDRESS_WORDS[word][0], "")]
            fields = replaced(fields, _address_element(kind), address)
        elif word in known:
            fields.append(_field(command, *known[word], value))
        else:
            allowed = [*known, *(ADDRESS_WORDS if kind in ("Customer", "Vendor") else ())]
            raise command.bad(
                f"a {command.words[0]} has no field {word!r}; it has: name, {', '.join(allowed)}"
            )
    if old is None and not text_of(fields, "Name"):
        raise command.bad("add wants name=...")
    return fields


def _address_element(kind: str) -> str:
    return "BillAddress" if kind == "Customer" else "VendorAddress"


def _address(command: _Command, address: Fields, pairs: dict[str, str]) -> Fields:
    order = {element: place for place, (element, _) in enumerate(ADDRESS_WORDS.values())}
    for word, value in pairs.items():
        if word not in ADDRESS_WORDS:
            raise command.bad(f"an address has no field {word!r}; it has: {', '.join(ADDRESS_WORDS)}")
        element, kind = ADDRESS_WORDS[word]
        problem = value_problem(kind, value, element)
        if problem is not None:
            raise Refusal(problem)
        address = replaced(address, element, value or None)
    return in_order(address, order)


def _field(command: _Command, element: str, kind: str, value: str) -> tuple[str, str | Fields]:
    if kind == "ref":
        return element, [("FullName", value)] if value else []
    if kind.startswith("=") and value not in ENUMERATIONS[kind[1:]]:
        raise command.bad(f"{element} may be {', '.join(ENUMERATIONS[kind[1:]])}, not {value!r}")
    if kind.startswith("int") and not value.isdigit():
        raise command.bad(f"{element} must be a whole number, not {value!r}")
    problem = value_problem(kind, value, element)
    if problem is not None:
        raise Refusal(problem)
    return element, percent(value) if kind == "pct" else value


def _delete(company: CompanyFile, record: Record) -> None:
    if company.switch("mode") == "multi":
        raise Refusal(cannot_delete(record.list_id))
    if users(company, record) or record.balance:
        raise Refusal(in_use(record.list_id))
    remove(company, record)


def _ship_to(company: CompanyFile, command: _Command, record: Record, rest: tuple[str, ...]) -> None:
    places = entries(record.body)
    verb = rest[0] if rest else ""
    if verb == "add":
        pairs = _pairs(command, rest[1:])
        name, default = pairs.pop("name", ""), pairs.pop("default", "false")
        places = _with_default(places, default)
        places.append([("Name", name), *_address(command, [], pairs), ("DefaultShipTo", default)])
    elif verb in ("set", "remove") and len(rest) > 1:
        index = next(
            (i for i, one in enumerate(places) if text_of(one, "Name").lower() == rest[1].lower()), None
        )
        if index is None:
            known = ", ".join(repr(text_of(one, "Name")) for one in places) or "none"
            raise command.bad(f"there is no ship-to {rest[1]!r}; there are: {known}")
        old = places.pop(index)
        if verb == "set":
            pairs = _pairs(command, rest[2:])
            name = pairs.pop("name", text_of(old, "Name"))
            default = pairs.pop("default", "true" if is_default(old) else "false")
            places = _with_default(places, default)
            address = _address(
                command, [item for item in old if item[0] not in ("Name", "DefaultShipTo")], pairs
            )
            places.insert(index, [("Name", name), *address, ("DefaultShipTo", default)])
    else:
        raise command.bad("shipto wants: add field=value ..., set NAME field=value ..., or remove NAME")
    for place in places:
        if len(text_of(place, "Name")) > 41:
            raise Refusal(too_long(text_of(place, "Name"), "Name"))
        if text_of(place, "DefaultShipTo") not in ("true", "false"):
            raise Refusal(bad_value("DefaultShipTo", text_of(place, "DefaultShipTo")))
    body = in_order(with_ship_to(record.body, places), KINDS["Customer"].order)
    change(company, record, replace(record, body=body))


def _with_default(places: list[Fields], default: str) -> list[Fields]:
    """A new default takes the mark from the old one, as in the form."""
    return [replaced(place, "DefaultShipTo", "false") for place in places] if default == "true" else places


def _one(command: _Command) -> str:
    if len(command.words) != 2:
        raise command.bad(f"{command.words[0]} wants one value")
    return command.words[1]


def _set_switch(company: CompanyFile, command: _Command, name: str, value: str) -> None:
    problem = check_switch(name, value)
    if problem:
        raise command.bad(problem)
    company.set_switch(name, value)


def _switch(company: CompanyFile, command: _Command) -> None:
    for name, value in _pairs(command, command.words[1:]).items():
        _set_switch(company, command, name, value)


def _lock(company: CompanyFile, command: _Command) -> None:
    if len(command.words) != 3 or command.words[1] not in KIND_WORDS:
        raise command.bad(f"{command.words[0]} wants a kind ({', '.join(KIND_WORDS)}) and a name")
    record = by_full_name(company, (KIND_WORDS[command.words[1]],), command.words[2])
    if record is None:
        raise command.bad(f"there is no {command.words[1]} {command.words[2]!r}")
    if command.words[0] == "lock":
        company.execute("insert or replace into record_lock values (?, ?)", (record.space, record.list_id))
    else:
        company.execute(
            "delete from record_lock where space = ? and list_id = ?", (record.space, record.list_id)
        )


def _company(company: CompanyFile, command: _Command) -> None:
    document, known = DOCUMENT_WORDS[command.words[0]]
    body = company.document(document)
    for name, value in _pairs(command, command.words[1:]).items():
        if name not in known:
            raise command.bad(f"{command.words[0]} has no field {name!r}; it has: {', '.join(known)}")
        body = replaced(body, name, value or None)
    company.store_document(document, body)


def _preference(company: CompanyFile, command: _Command) -> None:
    body = company.document("PreferencesRet")
    for name, value in _pairs(command, command.words[1:]).items():
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


_PLAIN: dict[str, Callable[[CompanyFile, _Command], None]] = {
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
