"""People edit QuickBooks and the field system while a session is at work: read again, decided again, and no edit is
lost (spec 2.2, 2.4, 8.3, 10.2; design, the ladder 2)."""

from __future__ import annotations

import pytest

from fieldledger.model.record import unpack
from tests.engine.both import (
    Mortal,
    direct,
    direction,
    held,
    history,
    in_books,
    on_disk,
    session,
    sets,
    settled,
    until_a_set,
)
from tests.support.connector import INTERVAL, Stage, at_each_step, edit


@pytest.fixture(params=["two_way", "field_to_books"])
def world(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Acme is a pair; its phone was changed on the field side."""
    direct(stage, request.param)
    stage.other.create(stage.company, name="Acme", phone="1", email="a@example.com")
    session(stage)
    settled(stage)
    stage.time += 86_400
    stage.other.edit(stage.company, 1, phone="9")
    stage.time += INTERVAL
    return stage


def values(world: Stage) -> dict[str, str]:
    there = in_books(world)["Acme"].values
    return {name: there[name] for name in ("phone", "email")}


def told_before(world: Stage) -> str:
    """All values that the history says were overwritten or gave way."""
    return " ".join(
        str(unpack(row)) for (row,) in on_disk(world, "select before from events where before is not null")
    )


def test_an_edit_between_reading_and_writing_of_another_field(world: Stage) -> None:
    """3200: both edits are there in the end, on both sides as far as the direction goes."""
    with world.connect() as connector:
        until_a_set(connector)
        world.time += 5
        edit(world, "customer Acme set email=new@example.com")
        connector.execute()
        assert 'statusCode="3200"' in connector.reply
        connector.post()
        assert connector.run() == "finished"
        assert len(sets(connector)) == 2
    assert values(world)["phone"] == "9"
    if direction(world) == "two_way":
        assert values(world)["email"] == world.customers()[0]["email"] == "new@example.com"
    else:
        assert values(world)["email"] == "a@example.com", "all mapped fields of the master (spec 2.2)"
        assert "new@example.com" in told_before(world)
    assert world.attention() == []
    settled(world)


def test_an_edit_of_the_same_field_between_reading_and_writing(world: Stage) -> None:
    """A conflict by then: one wins, the loser's value is in the history."""
    with world.connect() as connector:
        until_a_set(connector)
        world.time += 5
        edit(world, "customer Acme set phone=77")
        connector.execute()
        connector.post()
        assert connector.run() == "finished"
    settled(world)
    phone = values(world)["phone"]
    assert phone == world.customers()[0]["phone"]
    loser = {"77": "9", "9": "77"}[phone]
    assert f"'{loser}'" in told_before(world)


def test_a_person_who_edits_all_the_time_does_not_hold_up_the_session(world: Stage) -> None:
    """Three decisions in one session, then the next one; never an endless loop; the others go on."""
    world.other.create(world.company, name="Birch")
    quickbooks = Mortal(world)
    count = [0]

    def busy(text: str) -> None:
        if "CustomerModRq" in text:
            count[0] += 1
            world.time += 3
            edit(world, f"customer Acme set email=e{count[0]}@example.com")

    quickbooks.before = busy
    connector = session(world, quickbooks)
    assert connector.percents[-1] == 100
    assert 1 <= count[0] <= 5
    assert "Birch" in in_books(world)
    quickbooks.close()
    session(world)
    assert values(world)["phone"] == "9"
    settled(world)


@pytest.mark.parametrize("side", ["books", "field", "both"])
def test_an_edit_at_every_step(stage: Stage, side: str) -> None:
    """Two-way, another value at each of twelve steps: both sides agree in the end (spec 10.2, 10.4)."""
    written = edited_while_at_work(stage, side, steps=12)
    settled(stage)
    books, field = in_books(stage)["Acme"].values, stage.customers()[0]
    for name in ("phone", "email", "first_name"):
        assert books[name] == field[name], name
    assert books["phone"] == "9"
    assert books["first_name"] == (written["first_name"] if side != "books" else None)
    assert books["email"] == (written["email"] if side != "field" else "a@example.com")


@pytest.mark.parametrize("ahead", [0, 3 * 3600, -3 * 3600], ids=["right", "ahead", "behind"])
def test_a_second_edit_in_the_second_of_the_read_comes_with_the_next_session(
    stage: Stage, ahead: int
) -> None:
    """rules.md 30, spec 10.2: neither its version nor its time tells that there is something new."""
    direct(stage, "two_way")
    stage.ahead = ahead
    stage.edit("customer add name=Acme phone=1")
    settled(stage)
    stage.time += 86_400
    stage.edit("customer Acme set first=Ann")
    with stage.connect() as connector:
        assert connector.run() == "finished"
    stage.edit("customer Acme set phone=77")
    session(stage)
    assert stage.customers()[0]["phone"] == "77"


def test_a_session_ends_although_somebody_edits_at_every_step(stage: Stage) -> None:
    """What is edited again and again is left to the next session."""
    edited_while_at_work(stage, "field", steps=1000)


def edited_while_at_work(stage: Stage, side: str, steps: int) -> dict[str, str]:
    """A whole session. Returns the last values that people gave."""
    direct(stage, "two_way")
    stage.edit("customer add name=Acme phone=0 email=a@example.com")
    settled(stage)
    stage.other.edit(stage.company, 1, phone="9")
    stage.time += INTERVAL
    written: dict[str, str] = {}

    def interfere(number: int) -> None:
        if number > steps:
            return
        stage.time += 2
        if side != "field":
            written["email"] = f"b{number}@example.com"
            edit(stage, f"customer Acme set email={written['email']}")
        if side != "books":
            written["first_name"] = f"F{number}"
            stage.other.edit(stage.company, 1, first_name=f"F{number}")

    with stage.connect() as connector:
        assert at_each_step(connector, interfere) == "finished"
    return written


@pytest.mark.parametrize("directions", ["two_way", "field_to_books"])
def test_a_record_that_is_deleted_under_our_hands(stage: Stage, directions: str) -> None:
    """3120: the deletion rule (spec 2.11); nothing is made again by itself."""
    direct(stage, directions)
    stage.other.create(stage.company, name="Acme", phone="1")
    session(stage)
    settled(stage)
    stage.other.edit(stage.company, 1, phone="9")
    stage.time += INTERVAL
    with stage.connect() as connector:
        until_a_set(connector)
        edit(stage, "customer Acme delete")
        connector.execute()
        assert 'statusCode="3120"' in connector.reply
        connector.post()
        assert connector.run(60) == "finished"
        assert len(sets(connector)) <= 5, "not without end"
    session(stage)
    assert in_books(stage) == {}
    assert held(stage) == {"Acme": "edited_and_deleted"}
    assert stage.customers()[0]["phone"] == "9"


def test_deleted_before_its_lookup(stage: Stage) -> None:
    """The update's answer was lost and the record deleted meanwhile: proved gone, and by the rules."""
    direct(stage, "two_way")
    stage.other.create(stage.company, name="Acme", phone="1")
    session(stage)
    settled(stage)
    stage.other.edit(stage.company, 1, phone="9")
    stage.time += INTERVAL
    with stage.connect() as connector:
        until_a_set(connector)
        connector.close()
    stage.edit("customer Acme delete")
    session(stage)
    session(stage)
    assert in_books(stage) == {}
    assert held(stage) == {"Acme": "edited_and_deleted"}


@pytest.mark.parametrize(
    "ahead",
    [
        pytest.param(0, id="right"),
        pytest.param(3 * 3600, id="ahead"),
        pytest.param(-3 * 3600, id="behind"),
    ],
)  # fmt: skip
def test_a_second_edit_in_the_same_second_is_not_overwritten_blindly(stage: Stage, ahead: int) -> None:
    """rules.md 30: an EditSequence is a second. What was read within that second is read once more before a write,
    also where the clock in QuickBooks is wrong and was not measured yet."""
    direct(stage, "two_way")
    stage.ahead = ahead
    stage.edit("customer add name=Acme phone=1 email=a@example.com")
    settled(stage)
    stage.other.edit(stage.company, 1, phone="9")
    stage.time += INTERVAL
    stage.edit("customer Acme set first=Ann")
    quickbooks = Mortal(stage)
    with stage.connect(quickbooks) as connector:
        while connector.percents[-1:] != [100]:
            assert connector.ask() is not None
            connector.execute()
            if (
                "<FirstName>Ann</FirstName>" in connector.reply
                and in_books(stage)["Acme"].values["phone"] == "1"
            ):
                edit(stage, "customer Acme set phone=77")
                assert in_books(stage)["Acme"].version == str(int(stage.time) + ahead), (
                    "the version does not tell"
                )
            connector.post()
        connector.close()
    assert "Ann" in str(connector.world.customers()[0]["first_name"])
    settled(stage)
    phone = in_books(stage)["Acme"].values["phone"]
    assert phone == stage.customers()[0]["phone"]
    assert f"'{dict(zip(('9', '77'), ('77', '9'), strict=True))[phone]}'" in told_before(stage)


@pytest.mark.parametrize("ahead", [0, 3 * 3600, -3 * 3600], ids=["right", "ahead", "behind"])
def test_an_edit_in_the_second_of_our_own_write_is_not_missed(world: Stage, ahead: int) -> None:
    """rules.md 30, spec 10.2, 10.4: our answer bears the version that the edit bears too, and a clock that is behind
    must not make that second look long past. Two-way it reaches the other side; one-way it stands in the history
    before it is overwritten."""
    world.ahead = ahead
    with world.connect() as connector:
        until_a_set(connector)
        connector.execute()
        edit(world, "customer Acme set email=new@example.com")
        assert in_books(world)["Acme"].version == str(int(world.time) + ahead), "the version does not tell"
        connector.post()
        assert connector.run() == "finished"
    world.time += 86_400
    if direction(world) == "two_way":
        settled(world)
        assert world.customers()[0]["email"] == "new@example.com"
    world.other.edit(world.company, 1, email="other@example.com")
    settled(world)
    assert in_books(world)["Acme"].values["email"] == "other@example.com"
    assert "new@example.com" in told_before(world)


def test_an_edit_in_the_second_of_a_write_whose_answer_was_stored_is_not_missed(world: Stage) -> None:
    """spec 10.2, 10.4: the stored answer is read hours later, and shows the record as it was before the edit."""
    with world.connect() as connector:
        until_a_set(connector)
        connector.execute()
        edit(world, "customer Acme set email=new@example.com")
        connector.close()
    world.time += 7200
    session(world)
    if direction(world) == "two_way":
        assert world.customers()[0]["email"] == "new@example.com"
    world.other.edit(world.company, 1, email="other@example.com")
    settled(world)
    assert in_books(world)["Acme"].values["email"] == "other@example.com"
    assert "new@example.com" in told_before(world)


def test_the_loser_stands_in_the_history_before_the_write_goes_out(stage: Stage) -> None:
    """spec 2.4: killed right after the request was handed out, the value is on disk."""
    direct(stage, "two_way")
    stage.edit("customer add name=Acme phone=1")
    settled(stage)
    stage.edit("customer Acme set phone=5")
    stage.time += 3600
    stage.other.edit(stage.company, 1, phone="9")
    stage.time += INTERVAL
    with stage.connect() as connector:
        until_a_set(connector)
        stage.restart()
        [(before,)] = on_disk(stage, "select before from events where what = 'conflict'")
        assert unpack(before) == {"phone": "5"}
    settled(stage)
    assert in_books(stage)["Acme"].values["phone"] == "9"
    conflicts = [what for what, _, _ in history(stage) if what == "conflict"]
    assert conflicts == ["conflict"], "said once, however often it is sent"


def test_a_second_session_writes_nothing(world: Stage) -> None:
    """spec 10.3."""
    session(world)
    before = {name: (record.version, record.modified) for name, record in in_books(world).items()}
    world.other.calls.clear()
    connector = session(world)
    assert sets(connector) == []
    assert "write" not in world.other.calls
    assert {name: (record.version, record.modified) for name, record in in_books(world).items()} == before
