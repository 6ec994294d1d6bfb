"""Two records were to be linked, and the plan was not carried out yet: when one of them is renamed meanwhile, both go
their own ways (spec 2.7, 8.3, 10.4)."""

from __future__ import annotations

import pytest

from tests.engine.both import direct, in_books, pairs, session, settled
from tests.support.connector import Stage


@pytest.mark.parametrize("side", ["books", "field"])
def test_a_link_that_comes_to_nothing_leaves_nobody_behind(stage: Stage, side: str) -> None:
    """spec 10.4: each of the two is created on the other side, and has a pair."""
    direct(stage, "two_way", approve_plans="always")
    stage.edit("customer add name=Acme phone=1")
    stage.other.create(stage.company, name="acme", phone="2")
    session(stage)
    assert [(each["verb"], each["name"]) for each in stage.plan()["actions"]] == [("link", "acme")]
    if side == "books":
        stage.edit("customer Acme rename Birch")
    else:
        stage.other.edit(stage.company, 1, name="Birch")
    for _ in range(3):
        session(stage)
        if stage.plan()["state"] == "proposed":
            stage.approve()
    settled(stage)
    assert sorted(in_books(stage)) == (["Birch", "acme"] if side == "books" else ["Acme", "Birch"])
    assert sorted(stage.names()) == sorted(in_books(stage))
    assert len(pairs(stage)) == 2
    assert stage.attention() == []


def test_a_link_that_is_held_after_all_is_one_hold(stage: Stage) -> None:
    """spec 2.7: a second record of the name came before the link was made: several candidates, and none is linked."""
    direct(stage, "two_way", approve_plans="always")
    stage.edit("customer add name=Acme phone=1")
    stage.other.create(stage.company, name="acme", phone="2")
    session(stage)
    stage.other.create(stage.company, name="ACME", phone="3")
    session(stage)
    if stage.plan()["state"] == "proposed":
        stage.approve()
    settled(stage)
    [hold] = stage.attention()
    assert (hold["reason"], hold["others"]) == ("several", ["1", "2"])
    assert pairs(stage) == {}
