"""The edit language: what a person does in QuickBooks, one command a line, all or nothing.

A script is parsed whole before anything is applied, and applied in one span. Edits obey the rules that QuickBooks
has for people: nothing here may write around them (the switches excepted, which are the weather, not the data).
"""

from __future__ import annotations

from dataclasses import replace

from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.edit_company import COMMANDS
from quickbooks_sim.engine.addresses import entries, is_default, with_ship_to
from quickbooks_sim.engine.changes import add_record, check_name, modify_record, turn_into
from quickbooks_sim.engine.deletions import check_deletable
from quickbooks_sim.engine.values import normal, value_problem
from quickbooks_sim.engine.writes import storable
from quickbooks_sim.fields import Fields, group_of, in_order, replaced, text_of
from quickbooks_sim.locks import check_unlocked
from quickbooks_sim.money import cents, percent
from quickbooks_sim.records import Record, by_full_name, change, remove, set_balance
from quickbooks_sim.script import Command, assignments, parse
from quickbooks_sim.script import EditError as EditError
from quickbooks_sim.status import Refusal, bad_value, cannot_delete, too_long
from quickbooks_sim.tables.editing import (
    ADDRESS_WORDS,
    FIELD_WORDS,
    KIND_WORDS,
    NAME_LENGTHS,
    NEEDED_WORDS,
    OTHER_FORMS,
)
from quickbooks_sim.tables.lists import KINDS
from quickbooks_sim.tables.requests import ENUMERATIONS
from quickbooks_sim.tables.words import words

_VERBS = "add, set, rename, becomes, under, inactive, active, delete, balance, shipto"
_COMMANDS = ", ".join(
    [*KIND_WORDS, *words("lock unlock mode switch clock move company host preference restore backup")]
)


def apply_script(company: CompanyFile, script: str) -> int:
    """Applies a script; returns the number of commands. EditError: nothing was changed."""
    commands = parse(script)
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


def _whole_file(company: CompanyFile, command: Command) -> int:
    try:
        if command.words[0] == "restore":
            company.restore_from(command.words[1])
        else:
            company.copy_to(command.words[1])
    except CompanyFileError as error:
        raise EditError(command.line, str(error)) from error
    return 1


def _apply(company: CompanyFile, command: Command) -> None:
    first = command.words[0]
    if first in KIND_WORDS:
        _record_command(company, command)
    elif first in COMMANDS:
        COMMANDS[first](company, command)
    else:
        raise command.bad(f"there is no command {first!r}; there are: {_COMMANDS}")


def _record_command(company: CompanyFile, command: Command) -> None:
    kind = KIND_WORDS[command.words[0]]
    if len(command.words) < 3:
        raise command.bad(f"{command.words[0]} wants a name (or add) and one of: {_VERBS}")
    if command.words[1] == "add" and "=" in command.words[2]:
        add_record(company, kind, _fields(command, kind, assignments(command, command.words[2:]), None))
        return
    record = _find(company, command, kind, command.words[1])
    verb, rest = command.words[2], command.words[3:]
    check_unlocked(company, record)
    if verb == "set":
        modify_record(company, record, _fields(command, kind, assignments(command, rest), record))
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
    elif verb == "becomes" and rest and OTHER_FORMS.get(kind) == KIND_WORDS.get(rest[0], ""):
        _become(company, command, record, OTHER_FORMS[kind], rest[1:])
    elif verb == "shipto" and kind == "Customer":
        _ship_to(company, command, record, rest)
    else:
        raise command.bad(f"{command.words[0]} cannot do {' '.join(command.words[2:])!r}; it can: {_VERBS}")


def _become(company: CompanyFile, command: Command, record: Record, kind: str, rest: tuple[str, ...]) -> None:
    pairs = assignments(command, rest) if rest else {}
    if "name" in pairs:
        raise command.bad("becomes keeps the name (rename changes it)")
    turn_into(company, record, kind, _fields(command, kind, {"name": record.name, **pairs}, None))


def _find(company: CompanyFile, command: Command, kind: str, name: str) -> Record:
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


def _fields(command: Command, kind: str, pairs: dict[str, str], old: Record | None) -> Fields:
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
        elif word in known and known[word][1] == "refs":
            fields += [(known[word][0], [("FullName", name)] if name else []) for name in value.split("|")]
        elif word in known:
            fields.append(_field(command, *known[word], value, word in NEEDED_WORDS.get(kind, ())))
        else:
            allowed = [*known, *(ADDRESS_WORDS if kind in ("Customer", "Vendor") else ())]
            if old is None:
                allowed = ["name", *(["parent"] if KINDS[kind].hierarchical else []), *allowed]
            hint = {"name": " to set (rename changes it)", "parent": " to set (under changes it)"}.get(
                word, ""
            )
            raise command.bad(
                f"a {command.words[0]} has no field {word!r}{hint}; it has: {', '.join(allowed)}"
            )
    for word in ("name", *NEEDED_WORDS.get(kind, ())) if old is None else ():
        if not pairs.get(word):
            raise command.bad(f"add wants {word}=...")
    return fields


def _address_element(kind: str) -> str:
    return "BillAddress" if kind == "Customer" else "VendorAddress"


def _address(command: Command, address: Fields, pairs: dict[str, str]) -> Fields:
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


def _field(
    command: Command, element: str, kind: str, value: str, needed: bool = False
) -> tuple[str, str | Fields]:
    if kind == "ref":
        return element, [("FullName", value)] if value else []
    if kind.startswith("=") and value not in ENUMERATIONS[kind[1:]]:
        raise command.bad(f"{element} may be {', '.join(ENUMERATIONS[kind[1:]])}, not {value!r}")
    if kind.startswith("int") and not value and not needed:
        return element, ""
    if kind.startswith("int") and not (value.isascii() and value.isdigit()):
        raise command.bad(f"{element} must be a whole number, not {value!r}")
    if kind == "bool" and not value:
        raise command.bad(f"{element} must be true or false")
    problem = value_problem(kind, value, element)
    if problem is not None:
        raise Refusal(problem)
    return element, percent(value) if kind == "pct" else normal(kind, value)


def _delete(company: CompanyFile, record: Record) -> None:
    if company.switch("mode") == "multi":
        raise Refusal(cannot_delete(record.list_id))
    check_deletable(company, record)
    remove(company, record)


def _ship_to(company: CompanyFile, command: Command, record: Record, rest: tuple[str, ...]) -> None:
    places = entries(record.body)
    verb = rest[0] if rest else ""
    if verb == "add":
        pairs = assignments(command, rest[1:])
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
            pairs = assignments(command, rest[2:])
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
