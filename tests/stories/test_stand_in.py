"""A customer without Ship To entries has one stand-in location at the desk, which is not written until somebody edits
it (spec 3.4). The other stories leave it out of their lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fieldledger.desk.customers import CustomerPatch
from tests.stories.deskstage import DeskStage
from tests.stories.runner import WRITES
from tests.stories.showing import Place, in_quickbooks

ADDRESS = {"line1": "1 Elm St", "city": "Harlow"}


def desk_shows(stage: DeskStage) -> dict[str, Any]:
    found = stage.store.page(stage.company, active=None, limit=10)[0]
    assert len(found) == 1
    return found[0]


def places(stage: DeskStage) -> list[Place]:
    (customer,) = in_quickbooks(stage)
    return list(customer.places)


@pytest.mark.parametrize("direction", ["two_way", "field_to_books"])
def test_a_stand_in_is_written_once_somebody_edited_it(tmp_path: Path, direction: str) -> None:
    """Sent back as it was shown it is nobody's; with another address it is a location, here and in QuickBooks."""
    stage = DeskStage(tmp_path, {"customers.direction": direction, "approve_plans": "never"})
    if direction == "two_way":
        stage.edit('customer add name=Alba phone=1 addr1="1 Elm St" city=Harlow')
    else:
        stage.hands.create(stage.company, name="Alba", phone="1", billing_address=ADDRESS)
    stage.sync()
    shown = desk_shows(stage)
    (stand_in,) = shown["locations"]
    assert (stand_in["stand_in"], stand_in["name"], stand_in["address"]) == (True, "Alba", ADDRESS)
    assert places(stage) == []

    stage.store.change(
        stage.company, shown["id"], CustomerPatch.model_validate({**shown, "phone": "2"}), None
    )
    stage.sync()
    assert in_quickbooks(stage)[0].texts["phone"] == "2"
    assert places(stage) == [], "sent back as it was shown"
    connector = stage.sync()
    assert not [request for request in connector.requests if WRITES.search(request)], "spec 10.3"

    shown = desk_shows(stage)
    edited = {**stand_in, "name": "Barn", "address": {"line1": "2 Barn Ln"}}
    stage.store.change(
        stage.company, shown["id"], CustomerPatch.model_validate({"locations": [edited]}), None
    )
    stage.sync()
    assert places(stage) == [Place("Barn", False, "2 Barn Ln")]
    assert [(each["name"], each["stand_in"]) for each in desk_shows(stage)["locations"]] == [("Barn", False)]
    connector = stage.sync()
    assert not [request for request in connector.requests if WRITES.search(request)], "spec 10.3"
    assert stage.events() == []
    stage.stop()
