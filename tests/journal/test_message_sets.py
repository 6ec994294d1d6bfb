"""Sets on their way to QuickBooks: the exact bytes, one at a time, and one id for one content for ever."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fieldledger.journal import Journal, Tx, message_sets

CONTENT = '<?xml version="1.0" encoding="utf-8"?>\r\n<QBXML>Ürün &amp; Söhne\x85</QBXML>\n'


def put(tx: Tx, set_id: str, *, old_id: str = "", company: str = "c1", content: str = CONTENT) -> int:
    return message_sets.put(
        tx, company, set_id=set_id, old_id=old_id, content=content, asks=b"asks", now=1_764_000_000.5
    )


def test_the_bytes_come_back_as_they_went_in(journal: Journal) -> None:
    """design, the ladder: after a silence the identical bytes go out under the same id."""
    with journal.write() as tx:
        id = put(tx, "s1", old_id="s0")
    with journal.read() as tx:
        found = message_sets.out(tx, "c1")
    assert found == message_sets.MessageSet(
        id=id, set_id="s1", old_id="s0", content=CONTENT, asks=b"asks", state="out", attempts=1,
        sent_at=1_764_000_000.5,
    )  # fmt: skip


def test_one_set_is_out_at_a_time(journal: Journal) -> None:
    """spec 10.1: nothing is written before it is known what came of the last set."""
    with journal.write() as tx:
        first = put(tx, "s1")
        put(tx, "s1", company="c2")
    with pytest.raises(IntegrityError), journal.write() as tx:
        put(tx, "s2")
    with journal.write() as tx:
        message_sets.close(tx, first, "settled")
        assert message_sets.out(tx, "c1") is None
        put(tx, "s2")
        other = message_sets.out(tx, "c2")
        assert other is not None
        assert other.set_id == "s1", "companies never touch"


@pytest.mark.parametrize("state", ["settled", "cleared", "void"])
def test_an_id_names_one_content_for_ever(journal: Journal, state: str) -> None:
    with journal.write() as tx:
        message_sets.close(tx, put(tx, "s1"), state)
    with pytest.raises(IntegrityError), journal.write() as tx:
        put(tx, "s1", content="another")


def test_an_unknown_outcome_cannot_come_back_beside_a_set_that_is_out(journal: Journal) -> None:
    with journal.write() as tx:
        message_sets.close(tx, put(tx, "s1"), "settled")
        put(tx, "s2")
    with pytest.raises(IntegrityError), journal.write() as tx:
        tx.execute(text("UPDATE message_sets SET state = 'out'"))


def test_going_out_again_is_counted_and_keeps_the_bytes(journal: Journal) -> None:
    with journal.write() as tx:
        id = put(tx, "s1", old_id="s0")
        message_sets.sent_again(tx, id)
        again = message_sets.out(tx, "c1")
        assert again is not None
        assert (again.attempts, again.content, again.old_id) == (2, CONTENT, "s0")
        message_sets.sent_again(tx, id, content="another wrapping")
        again = message_sets.out(tx, "c1")
        assert again is not None
        assert (again.attempts, again.content, again.old_id) == (3, "another wrapping", "")
        assert (again.set_id, again.sent_at) == ("s1", 1_764_000_000.5), "the first time counts"


def test_stored_answers_are_cleared_oldest_first_and_once(journal: Journal) -> None:
    """The clearing of a stored answer rides on the next set; what was refused as a whole stored nothing."""
    with journal.write() as tx:
        for set_id, state in (("s1", "settled"), ("s2", "void"), ("s3", "settled")):
            message_sets.close(tx, put(tx, set_id), state)
        put(tx, "s4")
        assert message_sets.to_clear(tx, "c1") == "s1"
        assert message_sets.to_clear(tx, "c2") == ""
        message_sets.cleared(tx, "c1", ["s1", "s2", "s4"])
        assert message_sets.to_clear(tx, "c1") == "s3"
        out = message_sets.out(tx, "c1")
        assert out is not None
        assert out.set_id == "s4", "what is out is not cleared by the way"
        message_sets.cleared(tx, "c1", ["s3"])
        assert message_sets.to_clear(tx, "c1") == ""
        assert message_sets.count(tx, "c1") == 4
        rows = tx.execute(text("SELECT set_id, state FROM message_sets")).all()
    assert {row.set_id: row.state for row in rows} == {
        "s1": "cleared",
        "s2": "void",
        "s3": "cleared",
        "s4": "out",
    }
