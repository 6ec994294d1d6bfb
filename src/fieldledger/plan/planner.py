"""Decides, record by record. Pure and total: no clock, no I/O, same input same output.

`decide_all` treats a slice of one depth of the tree; tops come before jobs, so that a job knows whether its customer
is held, and books records before those that the field side alone has. No actions for a subject means that nothing is
to be done or said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fieldledger.model.kinds import LISTS, Side
from fieldledger.model.plan import Action, Verb
from fieldledger.plan.entries import decide_unlinked_entry
from fieldledger.plan.linked import decide_linked
from fieldledger.plan.subject import Facts, Subject
from fieldledger.plan.unlinked import decide_books_only, decide_field_only
from fieldledger.policy.rules import Policy


def decide_all(subjects: Iterable[Subject], policy: Policy, facts: Facts | None = None) -> Iterator[Action]:
    """The actions for a slice. A field record that one books record claimed is not claimed by another."""
    claimed: set[str] = set()
    for subject in subjects:
        for action in decide(subject, policy, facts or Facts(), claimed):
            claimed.update(_claims(action))
            yield action


def decide(
    subject: Subject, policy: Policy, facts: Facts, claimed: set[str] | frozenset[str] = frozenset()
) -> list[Action]:
    """The decision for one subject; [] = nothing to do or say. Of a pair, up to one write for each side."""
    if subject.tie is not None:
        return list(decide_linked(subject, subject.tie, policy, facts))
    if subject.kind in LISTS:
        return list(decide_unlinked_entry(subject, policy, facts, claimed))
    if subject.books is not None:
        found = decide_books_only(subject, policy, facts, claimed)
    else:
        found = decide_field_only(subject, policy, facts)
    return [found] if found else []


def _claims(action: Action) -> tuple[str, ...]:
    if action.verb is Verb.LINK and action.field:
        return (action.field,)
    return action.others if action.others_side is Side.FIELD and action.books else ()
