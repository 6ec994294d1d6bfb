"""What people read: every reason says something whole, and every hold has a way out."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import fieldledger
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Reason
from fieldledger.policy.rules import Policy
from fieldledger.policy.sentences import IN_STEP, SENTENCES, notice, tell
from fieldledger.policy.settings import DIRECTIONS
from fieldledger.policy.ways_out import IGNORE, LINK, MAKE_AGAIN, RENAME, RETRY, WAYS_OUT, may_rename

SOURCE = Path(fieldledger.__file__).parent
STATUSES = {"Waiting", "Sending", "Synced", "Synced with warnings", "Needs attention", "Conflict", "On hold",
            "Skipped", "Voided", "Deleted in QuickBooks"}  # fmt: skip


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_fills_its_sentence(reason: Reason) -> None:
    """No hole is left, none is unknown, and what was given stands in it, whatever characters it has."""
    wanted = {name for _, name, _, _ in Formatter().parse(SENTENCES[reason].told) if name is not None}
    assert wanted <= {"name", "detail", "one", "many", "Many"}
    for kind in Kind:
        assert not re.search(r"[{}]", tell(reason, kind=kind, name="Baker", detail="no. 7"))
    said = tell(reason, name="{detail} & Söhne", detail="{name} no. 7")
    assert ("{detail} & Söhne" in said) is ("name" in wanted)
    assert ("{name} no. 7" in said) is ("detail" in wanted)
    bare = tell(reason, name="Baker", detail="no. 7")
    assert not re.search(r"[{}]", bare)
    assert bare == bare.strip()


@pytest.mark.parametrize("reason", Reason)
def test_every_sentence_leads_to_a_status_of_the_specification(reason: Reason) -> None:
    """spec 9.4; what needs a person says what to do (spec 9.1)."""
    sentence = SENTENCES[reason]
    assert sentence.status in STATUSES
    assert sentence.severity in ("info", "warning", "error")
    if sentence.status in ("Needs attention", "Conflict"):
        assert sentence.todo or reason is Reason.MATCH_WAITS  # its books record says it
        assert sentence.severity != "info" or reason is Reason.MATCH_WAITS
    if sentence.status == "Synced":
        assert sentence.severity == "info", "green is only what went well"


def test_the_table_of_sentences_is_total() -> None:
    assert set(SENTENCES) == set(Reason)
    assert IN_STEP.status == "Synced"


def held_by_source() -> set[Reason]:
    """Every reason that the planner holds for, or that a write is held with, as the code names them."""
    found: set[Reason] = set()
    for path in [*SOURCE.glob("plan/*.py"), *SOURCE.glob("session/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and "Verb.HOLD" in {ast.unparse(part) for part in node.args}:
                found |= reasons(node)
    for path in SOURCE.glob("session/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "tell":
                found |= reasons(node)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("reason", "why"):
                found |= reasons(node)
    # What is told beside a write that was done is a note, what rests is at rest: neither waits for anybody.
    return {reason for reason in found if SENTENCES[reason].status not in ("Synced with warnings", "Skipped")}


def reasons(node: ast.AST) -> set[Reason]:
    return {
        Reason[part.attr]
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute) and ast.unparse(part.value) == "Reason"
    }


def test_every_hold_has_a_way_out() -> None:
    """spec 2.8: nobody is left with a record that waits and nothing to press."""
    # These come as a value, out of unlinked._why_not.
    held = held_by_source() | {Reason.DUPLICATE, Reason.SEVERAL, Reason.ASK_FIRST}
    assert held >= {Reason.TWIN, Reason.EDITED_AND_DELETED, Reason.REFUSED, Reason.REFUSED_BY_BOOKS, Reason.NAME_TAKEN,
                    Reason.LOCKED, Reason.UNSURE, Reason.WAITS_FOR_CUSTOMER, Reason.DUPLICATE_IN_BOOKS}  # fmt: skip
    assert set(WAYS_OUT) == held
    for reason, ways in WAYS_OUT.items():
        assert len(set(ways)) == len(ways)
        assert set(ways) <= {LINK, RENAME, IGNORE, RETRY, MAKE_AGAIN}
        assert bool(ways) is (reason is not Reason.WAITS_FOR_CUSTOMER), "a job follows its customer"


@pytest.mark.parametrize(
    "reason", [Reason.DUPLICATE, Reason.DUPLICATE_IN_BOOKS, Reason.SEVERAL, Reason.ASK_FIRST]
)
def test_a_duplicate_may_be_linked_renamed_or_left(reason: Reason) -> None:
    """spec 2.8"""
    assert WAYS_OUT[reason] == (LINK, RENAME, IGNORE)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_rename_keeps_to_the_direction(direction: str) -> None:
    """spec 10.6"""
    assert may_rename(direction, Side.FIELD)
    assert may_rename(direction, Side.BOOKS) is (direction != "books_to_field")


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_field_side_is_told_which_way_customers_go(direction: str) -> None:
    """spec 2.2"""
    told = notice(Policy(direction=direction))
    assert "ustomer" in told
    assert ("overwritten" in told) is (direction != "two_way")
    assert len({notice(Policy(direction=each)) for each in DIRECTIONS}) == len(DIRECTIONS)
