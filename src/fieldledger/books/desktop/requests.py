"""Writes message sets: pure ASCII, the order of the elements that QuickBooks insists on, nothing else.

Whoever fills a table of `grammar` cannot get the order wrong; a value that does not fit raises `CannotSend`. Must
never cut or mend a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

from fieldledger.books.desktop import limits
from fieldledger.books.desktop.grammar import Field, Flag, Group, Guid, Id, Percent, Whole
from fieldledger.books.desktop.limits import CannotSend

Content: TypeAlias = "str | bool | int | Mapping[str, Content] | Sequence[Mapping[str, Content]]"

VERSION = "13.0"
_HIGH = re.compile(r"[^\x00-\x7f]")


def message_set(requests: Sequence[str], *, new_id: str = "", old_id: str = "", stop: bool = False) -> str:
    """A whole document. new_id, old_id: message set recovery, at most 23 characters; stop: onError=stopOnError."""
    recovery = "".join(
        f' {attribute}="{_text(limits.printable("The message set ID", value, limits.SET_ID_LONGEST))}"'
        for attribute, value in (("newMessageSetID", new_id), ("oldMessageSetID", old_id))
        if value
    )
    on_error = "stopOnError" if stop else "continueOnError"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{VERSION}"?>\n'
        f'<QBXML><QBXMLMsgsRq onError="{on_error}"{recovery}>{"".join(requests)}</QBXMLMsgsRq></QBXML>'
    )


def request(tag: str, request_id: str, body: str = "", **attributes: str) -> str:
    """One request. An empty one is self-closed: a blank between its tags would be an error."""
    if request_id:
        limits.printable("The request ID", request_id, limits.REQUEST_ID_LONGEST)
    head = "".join(
        f' {name}="{_text(value)}"'
        for name, value in (("requestID", request_id), *attributes.items())
        if value
    )
    return f"<{tag}{head}>{body}</{tag}>" if body else f"<{tag}{head} />"


def element(tag: str, value: str) -> str:
    """An element with a text that is checked already; an empty one clears the field in a Mod."""
    return f"<{tag}>{_text(value)}</{tag}>"


def aggregate(tag: str, fields: Mapping[str, Field], content: Mapping[str, Content]) -> str:
    """``CustomerAdd`` and the like from element names to contents, put in order and checked.

    Text "" clears. Raises `CannotSend` on an element that the request does not have or a value that cannot be sent.
    """
    return f"<{tag}>{_body(fields, content, '')}</{tag}>"


def _body(fields: Mapping[str, Field], content: Mapping[str, Content], before: str) -> str:
    unknown = set(content) - set(fields)
    if unknown:
        raise CannotSend(f"{before}: there is no {min(unknown)} in this request.".removeprefix(": "))
    return "".join(
        _field(tag, field, content[tag], before) for tag, field in fields.items() if tag in content
    )


def _field(tag: str, field: Field, value: Content, before: str) -> str:
    words = f"{before} {field.words}" if before else field.words
    if isinstance(field, Group):
        return _group(tag, field, value, words)
    if isinstance(field, Flag):
        if not isinstance(value, bool):
            raise CannotSend(f"{words} is {value!r}; it must be yes or no.")
        return f"<{tag}>{'true' if value else 'false'}</{tag}>"
    if isinstance(field, Whole):
        if not isinstance(value, int) or isinstance(value, bool):
            raise CannotSend(f"{words} is {value!r}; it must be a whole number.")
        return element(tag, limits.whole(words, value, field.least, field.most))
    if not isinstance(value, str):
        raise CannotSend(f"{words} is {value!r}; it must be a text.")
    if isinstance(field, Percent):
        return element(tag, limits.percent(words, value))
    if isinstance(field, Id):
        return element(tag, limits.printable(words, value, field.longest))
    if isinstance(field, Guid):
        return element(tag, limits.guid(words, value))
    return element(tag, limits.text(words, value, field.longest, blank=field.blank, colon=field.colon))


def _group(tag: str, field: Group, value: Content, words: str) -> str:
    if isinstance(value, Mapping):
        return f"<{tag}>{_body(field.fields, value, words)}</{tag}>"
    if isinstance(value, (str, int)) or field.most == 1:
        raise CannotSend(f"{words} is {value!r}; it must be a group of fields.")
    if field.most is not None and len(value) > field.most:
        raise CannotSend(f"There are {len(value)} {words.lower()}s; QuickBooks allows {field.most}.")
    return "".join(
        f"<{tag}>{_body(field.fields, each, f'{words} {_called(each, field, number)}')}</{tag}>"
        for number, each in enumerate(value, start=1)
    )


def _called(content: Mapping[str, Content], field: Group, number: int) -> str:
    name = content.get(field.called)
    return repr(name) if isinstance(name, str) and name.strip() else str(number)


def _text(value: str) -> str:
    escaped = escape(value, {'"': "&quot;"})
    return escaped if escaped.isascii() else _HIGH.sub(lambda match: f"&#{ord(match[0])};", escaped)
