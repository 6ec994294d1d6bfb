"""Absence is not deletion (spec 10.7): a record is gone only when QuickBooks itself says that its id is missing."""

from __future__ import annotations

import pytest

from fieldledger.model.kinds import Kind
from fieldledger.model.record import Gone
from fieldledger.session.ports import Ask
from tests.books.wire import answer, by_ids, customer, message_set, page, read, whole

A, B, C = "80000001-1405768916", "8000002B-1405768917", "80000003-1405768918"


def not_found(named: str) -> str:
    return (
        "The query request has not been fully completed. There was a required element "
        f'("{named}") that could not be found in QuickBooks.'
    )


def no_object(named: str) -> str:
    return (
        f'Object "{named}" specified in the request cannot be found.  QuickBooks error message: Invalid argument.  '
        "The specified record does not exist in the list."
    )


def bad_id(named: str) -> str:
    return f'The given object ID "{named}" in the field "list id" is invalid.'


def proved(code: str, told: str, shown: str = "", ask: Ask | None = None, id: str | None = "1") -> list[str]:
    """The ids that an answer proves to be missing; asked for were A, B and C."""
    records = "".join(customer(record) for record in shown.split())
    text = message_set(answer("CustomerQuery", records, code=code, told=told, id=id))
    gone = [item for item in whole(text, ask or by_ids(A, B, C)) if isinstance(item, Gone)]
    assert all(item == Gone(kind=Kind.CUSTOMER, id=item.id) for item in gone), (
        "no time and no name is made up"
    )
    return [item.id for item in gone]


PROOFS: tuple[tuple[str, str, str, str, list[str]], ...] = (
    ("all came", "0", "Status OK", f"{A} {B} {C}", []),
    ("one just did not come", "0", "Status OK", f"{A} {C}", []),
    ("none came, and all is well", "0", "Status OK", "", []),
    (
        "none of them is there",
        "1",
        "A query request did not find a matching object in QuickBooks",
        "",
        [A, B, C],
    ),
    ("none is there, but one came", "1", "A query request did not find a matching object", A, []),
    ("one is named, the others came", "500", not_found(B), f"{A} {C}", [B]),
    ("one is named, another is missing too", "500", not_found(B), A, [B]),
    ("one is named in small letters", "500", not_found(B.lower()), A, [B]),
    ("one is missing and not named", "500", "Something was not found.", f"{A} {C}", [B]),
    ("two are missing and none is named", "500", "Something was not found.", A, []),
    ("a stranger is named, and one is missing", "500", not_found("80000009-1"), f"{A} {C}", [B]),
    ("one that came is named", "500", not_found(A), f"{A} {C}", []),
    ("all are missing, one is named", "500", not_found(A), "", [A]),
    ("an id that holds another one is named", "500", not_found(f"1{B}"), A, []),
    ("an id that begins like it is named", "500", not_found(f"{B}0"), A, []),
    ("the whole request failed for one", "3120", no_object(C), "", [C]),
    ("the whole request failed for nobody named", "3120", no_object(""), "", []),
    ("one is no id", "3000", bad_id(A), "", [A]),
    ("something is no id", "3000", bad_id(""), "", []),
    ("one cannot be shown", "510", "Unable to return object.", f"{A} {C}", []),
    ("a field was ignored", "530", 'The field "Mood" is not supported.', f"{A} {C}", []),
    ("not tried", "3231", "The request has not been processed.", "", []),
    ("busy", "1010", "System not available", "", []),
    ("internal error", "1000", "There has been an internal error when processing the request.", "", []),
    ("not allowed", "3260", "Insufficient permission level to perform this action.", "", []),
    ("unheard of", "3999", f"Something about {A}.", "", []),
)


@pytest.mark.parametrize(
    ("code", "told", "shown", "gone"), [row[1:] for row in PROOFS], ids=[row[0] for row in PROOFS]
)
def test_what_is_proved(code: str, told: str, shown: str, gone: list[str]) -> None:
    assert proved(code, told, shown) == gone


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1", "No match"),
        ("500", not_found(A)),
        ("500", "…"),
        ("3120", no_object(A)),
        ("3120", "…"),
        ("3000", bad_id("")),
    ],
)
def test_a_single_id_needs_no_name(code: str, told: str) -> None:
    """Capture 068 shows 3120 on a query."""
    assert proved(code, told, ask=by_ids(A)) == [A]


def test_only_asking_for_ids_proves_anything() -> None:
    """A page that shows a record no more proves nothing, whatever its status."""
    for ask in (page(), page(light=True)):
        assert proved("500", not_found(A), ask=ask) == []
        assert proved("1", "No match", ask=ask) == []


def test_an_answer_that_names_no_request_proves_nothing() -> None:
    """It may be the answer to an earlier question."""
    assert proved("500", not_found(A), ask=by_ids(A), id=None) == []
    assert proved("500", not_found(A), ask=by_ids(A), id="") == []
    assert proved("500", not_found(A), ask=by_ids(A), id="77") == []


def test_nothing_is_proved_before_the_answer_is_whole() -> None:
    """B may still be on its way: the text is cut just before, or just within, the end of the answer."""
    text = message_set(answer("CustomerQuery", customer(A), code="500", told=not_found(B)))
    end = text.index("</CustomerQueryRs>")
    for cut in range(end - 3, end + len("</CustomerQueryRs>")):
        items, why = read(text[:cut], by_ids(A, B))
        assert why
        assert not any(isinstance(item, Gone) for item in items)
    items, why = read(text[: end + len("</CustomerQueryRs>")], by_ids(A, B))
    assert why, "the text is not whole, but this answer is"
    assert [item.id for item in items if isinstance(item, Gone)] == [B]


def test_proofs_of_two_answers_are_kept_apart() -> None:
    text = message_set(
        answer("CustomerQuery", customer(A), id="1", code="500", told=not_found(B)),
        answer("CustomerQuery", customer(B), id="2", code="500", told=not_found(A)),
    )
    items = whole(text, by_ids(A, B, id="1"), by_ids(A, B, id="2"))
    assert [item.id for item in items if isinstance(item, Gone)] == [B, A]
