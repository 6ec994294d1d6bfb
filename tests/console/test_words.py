"""The tables of words know everything that can happen, and no colour that they may not use."""

from __future__ import annotations

from fieldledger.console import words
from fieldledger.journal import events
from fieldledger.model.plan import Reason, Verb
from fieldledger.office.screens import WEIGHT
from fieldledger.office.tallies import STATUSES
from fieldledger.policy.sentences import SENTENCES
from fieldledger.web.filters import BADGES


def test_every_verb_event_and_resting_reason_has_its_word() -> None:
    assert set(words.VERBS) == set(Verb) == set(WEIGHT)
    assert set(words.EVENTS) == set(events.WORDS)
    resting = {reason for reason in Reason if SENTENCES[reason].status in ("Skipped", "On hold", "Waiting")}
    assert resting <= set(words.REASONS)


def test_statuses_are_those_of_the_specification() -> None:
    """spec 9.4: these words only."""
    assert set(STATUSES) == set(BADGES)
    assert {SENTENCES[reason].status for reason in Reason} <= set(STATUSES)
    assert set(words.STATUSES) <= set(STATUSES)


def test_no_table_has_green() -> None:
    """spec 9.5: a plan, a run and an event are ours, so none of them is green."""
    tables = (words.VERBS, words.PLANS, words.OUTCOMES, words.EVENTS)
    tones = {word.tone for table in tables for word in table.values()} | set(words.SEVERITIES.values())
    assert tones <= {"calm", "busy", "warn", "bad"}
    assert [status for status, tone in BADGES.items() if tone == "good"] == ["Synced"]


def test_an_unknown_key_is_its_own_word() -> None:
    assert words.of(words.VERBS, "send_again") == words.Word("Send again", "send again")
