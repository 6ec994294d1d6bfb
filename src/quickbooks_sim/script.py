"""Reads scripts of the edit language: lines into words, words into field=value. It knows no company file."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from quickbooks_sim.engine.writes import storable

_LINE_END = re.compile(r"\r\n?|\n")
_BLANKS = ("\xa0", "\xad")
"""Characters of QuickBooks' set that can be typed although they do not show."""


class EditError(Exception):
    """A script that cannot be applied. `refused`: QuickBooks' rules forbid it (otherwise it is badly written)."""

    def __init__(self, line: int, message: str, refused: bool = False) -> None:
        self.refused = refused
        super().__init__(f"line {line}: {message}; nothing was changed")


@dataclass(frozen=True)
class Command:
    """One command: its line in the script and its words."""

    line: int
    words: tuple[str, ...]

    def bad(self, message: str) -> EditError:
        """To raise: the command is badly written."""
        return EditError(self.line, message)


def parse(script: str) -> list[Command]:
    """The commands of a script; EditError if one cannot be read or there is none."""
    commands: list[Command] = []
    for number, text in enumerate(_LINE_END.split(script.removeprefix("\ufeff")), 1):
        try:
            lexer = shlex.shlex(_without_comment(text), posix=True, punctuation_chars=False)
            lexer.whitespace_split = True
            lexer.commenters = ""
            lexer.escape = ""  # paths of Windows are full of backslashes
            found = tuple(lexer)
        except ValueError as error:
            raise EditError(
                number, f"{text.strip()!r} cannot be read ({error}): is a quotation mark missing?"
            ) from error
        for word in found:
            if not all(letter.isprintable() or letter in _BLANKS for letter in word):
                raise EditError(number, f"{word!r} holds a character that nobody can type")
        if found:
            commands.append(Command(number, found))
    if not commands:
        raise EditError(1, "the script holds no command")
    return commands


def _without_comment(line: str) -> str:
    """The line up to a # that begins a word; inside a word (``addr1=#5``) or in quotes it is a character."""
    quote, before = "", " "
    for index, letter in enumerate(line):
        if quote or letter in "\"'":
            quote = "" if letter == quote else quote or letter
        elif letter == "#" and before in " \t":
            return line[:index]
        before = letter
    return line


def assignments(command: Command, words: tuple[str, ...]) -> dict[str, str]:
    """What the words ``field=value`` say, in QuickBooks' character set; EditError if they say nothing."""
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
