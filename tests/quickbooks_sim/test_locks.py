"""Records that somebody has open in a form, and lists that another user changes: what a writer is answered, and until
when (rules.md 7: 3175, 3176, 3170 and 3180 go away by waiting)."""

from __future__ import annotations

import pytest

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.edit import EditError, apply_script
from tests.quickbooks_sim.conftest import Books

IN_USE = "There was an error adding, modifying or deleting {} because it is already in use.  QuickBooks error message: "
WORDS = {
    "3175": IN_USE + "The transaction could not be locked.  It is in use by another user.",
    "3176": IN_USE + "The application failed to acquire the lock.",
    "3170": (
        'There was an error when modifying a Customers list, element "Ann".  QuickBooks error message: This list has '
        "been modified by another user."
    ),
    "3180": (
        'There was an error when saving a Customers list, element "Ann".  QuickBooks error message: This list has '
        "been modified by another user."
    ),
}


def phone(books: Books) -> str | None:
    return books.customer("Ann").findtext("Phone")


def call(books: Books, number: str) -> str:
    """A CustomerMod as an application sends it; returns the status code."""
    return str(books.mod_customer(books.customer("Ann"), f"<Phone>{number}</Phone>").get("statusCode"))


@pytest.mark.parametrize("code", sorted(WORDS))
def test_a_locked_record_refuses_writes_until_it_is_unlocked(books: Books, code: str) -> None:
    ret = books.add_customer("Ann")
    apply_script(books.company, f"lock customer Ann as {code}")
    for _ in range(4):
        answer = books.mod_customer(ret, "<Phone>1</Phone>")
        assert (answer.get("statusCode"), answer.get("statusSeverity"), len(answer)) == (code, "Error", 0)
        assert answer.get("statusMessage") == WORDS[code].format(ret.findtext("ListID"))
    apply_script(books.company, "unlock customer Ann")
    assert call(books, "1") == "0"
    assert phone(books) == "1"


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("times 2", ["3175", "3175", "0", "0"]),
        ("as 3180 times 1", ["3180", "0"]),
        ("times 3 as 3170", ["3170", "3170", "3170", "0"]),
    ],
)
def test_a_lock_for_so_many_writes_opens_by_itself(books: Books, words: str, codes: list[str]) -> None:
    books.add_customer("Ann")
    apply_script(books.company, f"lock customer Ann {words}")
    assert [call(books, str(number)) for number in range(len(codes))] == codes
    # Reading counts for nothing, and neither do others.
    apply_script(books.company, "lock customer Ann times 1")
    books.add_customer("Bob")
    assert (phone(books), call(books, "9"), call(books, "9")) == (str(len(codes) - 1), "3175", "0")


def test_a_refused_write_is_counted_once_and_leaves_nothing_behind(books: Books) -> None:
    """The count outlives what the refused request rolled back, in a set that goes on and in one that stops."""
    ret = books.add_customer("Ann")
    apply_script(books.company, "lock customer Ann times 2")
    ids = f"<ListID>{ret.findtext('ListID')}</ListID><EditSequence>{ret.findtext('EditSequence')}</EditSequence>"
    mod = f"<CustomerModRq><CustomerMod>{ids}<Phone>1</Phone></CustomerMod></CustomerModRq>"
    add = "<CustomerAddRq><CustomerAdd><Name>Bob</Name></CustomerAdd></CustomerAddRq>"
    stopped = books.ask(mod + add, "stopOnError")
    assert [one.get("statusCode") for one in stopped] == ["3175", "3231"]
    going = books.ask(mod + add + mod)
    assert [one.get("statusCode") for one in going] == ["3175", "0", "0"]
    assert phone(books) == "1"


def test_the_answer_to_a_locked_set_is_stored_like_any_other(books: Books) -> None:
    """rules.md 22: the same ID again is a replay, so a lock must be waited for with a new ID."""
    ret = books.add_customer("Ann")
    apply_script(books.company, "lock customer Ann times 1")
    ids = f"<ListID>{ret.findtext('ListID')}</ListID><EditSequence>{ret.findtext('EditSequence')}</EditSequence>"
    mod = f"<CustomerModRq><CustomerMod>{ids}<Phone>1</Phone></CustomerMod></CustomerModRq>"
    first = books.text(mod, newMessageSetID="a")
    assert 'statusCode="3175"' in first
    assert books.text(mod, newMessageSetID="a") == first
    assert books.ask(mod, newMessageSetID="b")[0].get("statusCode") == "0"


def test_people_are_refused_too_and_use_nothing_up(books: Books) -> None:
    books.add_customer("Ann")
    apply_script(books.company, "lock customer Ann times 1")
    for command in ("set phone=1", "rename Anna", "delete", "balance 1.00"):
        with pytest.raises(EditError, match="in use by another user") as refused:
            apply_script(books.company, f"customer Ann {command}")
        assert refused.value.refused
    assert [call(books, "1"), call(books, "1")] == ["3175", "0"]


def test_a_lock_is_told_before_a_stale_edit_sequence_and_reading_goes_on(books: Books) -> None:
    ret = books.add_customer("Ann")
    books.set(clock="frozen 2026-03-02T10:00:05")
    apply_script(books.company, "customer Ann set phone=2\nlock customer Ann times 1")
    assert books.mod_customer(ret, "<Phone>1</Phone>").get("statusCode") == "3175"
    stale = books.mod_customer(ret, "<Phone>1</Phone>")
    assert (stale.get("statusCode"), stale[0].findtext("Phone")) == ("3200", "2")


def test_deleting_and_custom_fields_are_refused_as_well(books: Books) -> None:
    ret = books.add_customer("Ann")
    apply_script(books.company, "lock customer Ann as 3176 times 2")
    delete = (
        f"<ListDelRq><ListDelType>Customer</ListDelType><ListID>{ret.findtext('ListID')}</ListID></ListDelRq>"
    )
    assert [books.code(delete) for _ in range(3)] == ["3176", "3176", "0"]


def test_a_lock_is_in_the_file_and_seen_by_every_program(books: Books) -> None:
    books.add_customer("Ann")
    with CompanyFile.open(books.company.path) as other:
        apply_script(other, "lock customer Ann times 2")
        assert call(books, "1") == "3175"
        assert call(Books(other), "1") == "3175"
        assert call(Books(other), "1") == "0"


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("lock customer Ann times", "as CODE, times N"),
        ("lock customer Ann times 0", "a number from 1, not '0'"),
        ("lock customer Ann times two", "a number from 1"),
        ("lock customer Ann as 3200", "a lock answers 3175, 3176, 3170, 3180, not '3200'"),
        ("lock customer Ann until noon", "as CODE, times N"),
        ("lock customer Ann times 1 times 2", "as CODE, times N"),
        ("unlock customer Ann now", "nothing else"),
    ],
)
def test_a_lock_that_is_badly_written_says_how_it_is_written(books: Books, command: str, part: str) -> None:
    books.add_customer("Ann")
    with pytest.raises(EditError, match="line 1") as bad:
        apply_script(books.company, command)
    assert part in str(bad.value)
    assert not bad.value.refused
    assert call(books, "1") == "0", "nothing was locked"


@pytest.mark.parametrize("code", ["3180", "3170"])
def test_a_busy_list_answers_the_next_writes_of_every_kind(books: Books, code: str) -> None:
    """Capture 043: the element is named, and it is an Add that is told so."""
    ret = books.add_customer("Ann")
    books.set(list_busy="3", list_busy_as=code)
    add = "<CustomerAddRq><CustomerAdd><Name>Bob</Name></CustomerAdd></CustomerAddRq>"
    delete = (
        f"<ListDelRq><ListDelType>Customer</ListDelType><ListID>{ret.findtext('ListID')}</ListID></ListDelRq>"
    )
    doing = {"3180": "saving", "3170": "modifying"}[code]
    named = {
        add: "Bob",
        "mod": ret.findtext("ListID"),
        delete: ret.findtext("ListID"),
    }
    for request, name in named.items():
        answer = (
            books.mod_customer(ret, "<ShipToAddress><Name>Home</Name><Addr1>1</Addr1></ShipToAddress>")
            if request == "mod"
            else books.one(request)
        )
        assert answer.get("statusCode") == code
        assert answer.get("statusMessage") == (
            f'There was an error when {doing} a Customer list, element "{name}".  QuickBooks error message: This list '
            "has been modified by another user."
        )
    assert [books.code(add), call(books, "1"), books.code(delete)] == ["0", "0", "0"]
