"""QuickBooks is written exactly once, whatever is lost, killed or told twice (design: "Writing exactly once")."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.both import (
    copied,
    direct,
    in_books,
    on_disk,
    pairs,
    parsed,
    session,
    sets,
    settled,
    until_a_set,
)
from tests.support.connector import Connector, Stage


@pytest.fixture
def world(stage: Stage) -> Stage:
    """Both ways: Acme is a pair and was given another phone on the field side; Birch is new there."""
    direct(stage, "two_way")
    stage.edit("customer add name=Acme phone=1 email=a@example.com")
    settled(stage)
    stage.other.edit(stage.company, stage.other.find(stage.company, "Acme"), phone="9")
    stage.other.create(stage.company, name="Birch", phone="2")
    stage.time += 900
    return stage


def in_step(world: Stage) -> None:
    """Exactly one Birch, Acme with its new phone, both pairs, and nothing left to do."""
    there = in_books(world)
    assert sorted(there) == ["Acme", "Birch"]
    assert (there["Acme"].values["phone"], there["Birch"].values["phone"]) == ("9", "2")
    assert there["Acme"].values["email"] == "a@example.com"
    assert sorted(pairs(world)) == sorted(record.id for record in there.values())
    assert world.names() == ["Acme", "Birch"]
    assert world.attention() == []


# ---- before it goes out -----------------------------------------------------------------------------------------


def test_intent_and_exact_bytes_are_on_disk_before_they_go_out(world: Stage) -> None:
    """design, the ladder 1: intent, our GUID, set id, exact payload, and every value that it will overwrite."""
    with world.connect() as connector:
        sent = until_a_set(connector)
        [(set_id, content, state)] = on_disk(world, "select set_id, content, state from message_sets")
        assert (set_id, zlib.decompress(content).decode(), state) == (sent.new, sent.text, "out")
        assert len(set_id) <= 23
        keys = on_disk(
            world, "select verb, key, before, message_set from actions where state = 'open' order by id"
        )
        assert [verb for verb, *_ in keys] == ["update", "create"]
        assert all(key and number for _, key, _, number in keys)
        assert keys[0][2] is not None, "what it will overwrite"
        assert keys[1][1].upper() in sent.text, "the mark of what it creates"
        assert "<ExternalGUID>{" in sent.text


def test_a_mod_carries_the_version_that_was_seen(world: Stage) -> None:
    version = in_books(world)["Acme"].version
    with world.connect() as connector:
        assert f"<EditSequence>{version}</EditSequence>" in until_a_set(connector).text


def test_the_stored_answer_is_cleared_by_the_next_set(world: Stage) -> None:
    """design, the ladder 3: old A, new B."""
    first = sets(session(world))[0]
    world.other.create(world.company, name="Cedar")
    second = sets(session(world))[0]
    assert (first.old, second.old) == ("", first.new)
    assert first.new != second.new
    world.other.create(world.company, name="Dogwood")
    assert sets(session(world))[0].old == second.new


# ---- silence ----------------------------------------------------------------------------------------------------

Silence = Callable[[Stage, Connector], Connector]
"""What happens after a set was handed out (and perhaps executed). Gives the session that comes next."""


def _asks_again(world: Stage, connector: Connector) -> Connector:
    return connector


def _restarted(world: Stage, connector: Connector) -> Connector:
    world.restart()
    return Connector(world)


def _restarted_same_ticket(world: Stage, connector: Connector) -> Connector:
    world.restart()
    return connector


def _gone(world: Stage, connector: Connector) -> Connector:
    world.time += 601
    return Connector(world)


def _closed(world: Stage, connector: Connector) -> Connector:
    connector.close()
    return Connector(world)


def _garbled(world: Stage, connector: Connector) -> Connector:
    connector.post((connector.reply or '<?xml version="1.0" ?><QBXML><QBXMLMsgsRs>')[:60])
    return connector


def _failed(world: Stage, connector: Connector) -> Connector:
    world.engine.on_failure(connector.ticket, "0x80040402", "Unexpected error.")
    connector.close()
    return Connector(world)


def _ticket_invalid(world: Stage, connector: Connector) -> Connector:
    world.engine.on_failure(connector.ticket, "0x8004040D", "The ticket parameter is invalid.")
    connector.close()
    return Connector(world)


def _taken_over(world: Stage, connector: Connector) -> Connector:
    world.time += 601
    newcomer = Connector(world)
    assert connector.post() == -1, "the stale one settles nothing"
    return newcomer


SILENCES: dict[str, Silence] = {
    "the reply is lost": _asks_again,
    "the server restarts": _restarted,
    "the server restarts under the session": _restarted_same_ticket,
    "the connector is gone": _gone,
    "the session is closed": _closed,
    "the reply is garbled": _garbled,
    "the request processor fails": _failed,
    "the ticket is invalid": _ticket_invalid,
    "another session takes over": _taken_over,
}


@pytest.mark.parametrize("executed", [True, False], ids=["executed", "not executed"])
@pytest.mark.parametrize("silence", SILENCES)
def test_after_any_silence_the_first_request_is_the_status_check(
    world: Stage, silence: str, executed: bool
) -> None:
    """design, the ladder 4; rules.md 24c: before any other write, and before anything is read."""
    first = Connector(world)
    sent = until_a_set(first)
    if executed:
        first.execute()
    elif silence == "another session takes over":
        first.reply = "<QBXML/>"
    second = SILENCES[silence](world, first)
    handed = len(second.requests)
    text = second.ask()
    assert text is not None
    check = parsed(text)
    assert check.is_check
    assert check.new == sent.new
    second.execute()
    second.post()
    assert second.run() == "finished"
    first.quickbooks.close()
    second.quickbooks.close()
    after = [parsed(each) for each in second.requests[handed:]]
    again = [each for each in after if each.writes]
    if executed:
        assert again == [], "a stored answer settles it"
    else:
        assert [each.text for each in again] == [sent.text], "identical bytes under the same id"
    in_step(world)
    settled(world)


def test_a_reply_that_comes_twice_is_settled_once(world: Stage) -> None:
    """spec 10.1."""
    with world.connect() as connector:
        until_a_set(connector)
        connector.execute()
        connector.post()
        before = world.journal_rows()["events"]
        connector.post()
        assert world.journal_rows()["events"] == before
    in_step(world)


def test_a_late_reply_to_a_set_is_not_taken_for_the_answer_to_the_next(world: Stage) -> None:
    """spec 10.1: the record was locked, so the next set holds the same write; the old answer comes once more."""
    world.edit("lock customer Acme times 1")
    with world.connect() as connector:
        until_a_set(connector)
        late = connector.execute()
        connector.post()
        until_a_set(connector)
        connector.execute()
        real = connector.reply
        connector.post(late)
        connector.post(real)
        assert connector.run() == "finished"
        assert len(sets(connector)) == 2, "the second set did it"
    in_step(world)
    settled(world)


def test_the_server_may_be_restarted_between_any_two_steps(world: Stage) -> None:
    """spec 10.4: nothing is kept in memory between two calls."""
    with world.connect() as connector:
        while connector.percents[-1:] != [100]:
            assert connector.ask() is not None
            world.restart()
            connector.execute()
            world.restart()
            connector.post()
            world.restart()
        connector.close()
        assert len(sets(connector)) == 1
    in_step(world)
    settled(world)


class Killed(BaseException):
    """The server's process is gone."""


def test_the_server_may_die_at_every_commit_of_a_session_that_writes_both_sides(
    world: Stage, tmp_path: Path
) -> None:
    """spec 10.1, 10.4; design, proof 3: whatever was committed last, it ends the same. FIELDLEDGER_SWEEP=all dies at
    each of them, else at every fifth, by turns before and after a commit."""
    world.edit("customer add name=Cedar phone=3")
    world.stop()
    moments: list[str] = []
    step = 1 if os.environ.get("FIELDLEDGER_SWEEP") == "all" else 5
    for number in range(0, 600, step):
        other = copied(world, tmp_path / f"death-{number}")
        with other:
            other.moment = _dies_at(number)
            try:
                session(other)
            except Killed as killed:
                moments.append(str(killed))
            else:
                break
            finally:
                other.moment = lambda what: None
            other.restart()
            settled(other)
            there = in_books(other)
            assert sorted(there) == ["Acme", "Birch", "Cedar"], number
            assert there["Acme"].values["phone"] == "9"
            assert other.names() == ["Acme", "Birch", "Cedar"]
            assert len(pairs(other)) == 3
            assert other.attention() == []
    world.start()
    assert len(moments) > 10


def _dies_at(number: int) -> Callable[[str], None]:
    left = [number]

    def moment(what: str) -> None:
        if left[0] == 0:
            raise Killed(what)
        left[0] -= 1

    return moment
