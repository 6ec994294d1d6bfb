"""From due sights to stored actions, a slice at a time. Cost follows what is due, not the size of the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from fieldledger.journal import Tx, holds, links, plans, runs, sights, wishes
from fieldledger.journal.companies import Company
from fieldledger.journal.plans import Planned
from fieldledger.journal.sights import Sight
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.plan import WRITES, Reason
from fieldledger.plan.planner import decide_all
from fieldledger.plan.subject import Facts, Subject
from fieldledger.policy import verdicts
from fieldledger.policy.kinds import WORDS
from fieldledger.policy.rules import Policy, brake
from fieldledger.session import gathering, keeping, references
from fieldledger.session.keeping import Keeping

SLICE = 500


class Planning(msgspec.Struct, kw_only=True):
    """One planning of one company. policies: of every kind; kind: the one that is looked at. plan: its id, once it had
    something to store. woken: records that were looked at again because of others, each once. looked: something was
    due."""

    company: Company
    policies: Mapping[Kind, Policy]
    kind: Kind = Kind.CUSTOMER
    run: int
    at: str
    facts: Facts | None = None
    plan: int | None = None
    counts: dict[str, int] = {}
    woken: set[tuple[Kind, Side, str]] = set()
    looked: bool = False

    @property
    def policy(self) -> Policy:
        return self.policies[self.kind]


def plan_slice(tx: Tx, planning: Planning) -> bool:
    """Decide the next slice of due sights; False when nothing is due. What others refer to comes first; customers
    before their jobs; then what is new on the field side."""
    company = planning.company.id
    for kind in Kind:
        for side, decide in ((Side.BOOKS, _decide_books), (Side.FIELD, _decide_field)):
            due = sights.next_due(tx, company, side, kind, SLICE)
            if not due:
                continue
            if kind in LISTS or planning.kind is not kind or planning.facts is None:
                planning.facts = references.facts(tx, company, planning.policies)
            planning.kind = kind
            if _need_first(tx, planning, side, due):
                return True
            planning.woken.update((kind, side, sight.record) for sight in due)
            unsure = gathering.undecidable(tx, company, kind, side, due)
            sights.decided(tx, company, side, kind, dict.fromkeys(unsure, ""))
            decide(tx, planning, [sight for sight in due if sight.record not in unsure])
            if kind in LISTS and any(sight.gone is not None for sight in due):
                references.wake_refused(tx, company, kind)
            planning.looked = True
            return True
    return _wake_the_waiting(tx, planning)


def _need_first(tx: Tx, planning: Planning, side: Side, due: Sequence[Sight]) -> bool:
    """What these records need of what is carried over to the books is looked at before they are (spec 5, 6.2). Of books
    records it is what their other halves need, which are decided with them."""
    company, kind = planning.company.id, planning.kind
    if all(planning.policies[to].direction != "field_to_books" for to in LISTS):
        return False
    if side is Side.BOOKS:
        tied = links.load(tx, company, side, kind, [sight.record for sight in due])
        due = list(
            sights.load(tx, company, Side.FIELD, kind, [link.field for link in tied.values()]).values()
        )
    if kind in LISTS:
        needed = references.needed(tx, company, kind)
        due = [sight for sight in due if sight.record in needed]
    known = references.as_planned(tx, company)
    values = [known.shared(kind, sight.values) for sight in due if sight.gone is None]
    return references.need(tx, company, kind, values, planning.policies)


def _wake_the_waiting(tx: Tx, planning: Planning) -> bool:
    """Once at the end of a planning that looked at something: field records that wait for what is decided of a books
    record. It may have got another pair, or another name."""
    if not planning.looked:
        return False
    planning.looked = False
    found = False
    for kind in Kind:
        planning.kind = kind
        waiting = sights.resting_on(tx, planning.company.id, Side.FIELD, kind, Reason.MATCH_WAITS)
        fresh = [record for record in waiting if (kind, Side.FIELD, record) not in planning.woken]
        _wake(tx, planning, Side.FIELD, fresh)
        found = found or bool(fresh)
    return found


def _decide_books(tx: Tx, planning: Planning, due: Sequence[Sight]) -> None:
    company, kind = planning.company.id, planning.kind
    _store(tx, planning, gathering.of_books(tx, company, planning.policy, due))
    _wake_holders(tx, planning, Side.BOOKS, due)
    if kind is Kind.CUSTOMER and planning.policy.jobs == "as_locations":
        changed = [sight for sight in due if sight.decision != Reason.JOB_AS_LOCATION]
        _wake(tx, planning, Side.BOOKS, _tops_of(tx, company, changed))
    if kind in LISTS or Side.BOOKS in verdicts.WRITES[planning.policy.direction]:
        keys = {name_key(sight.values.get("name")) for sight in due if sight.parent is None}
        named = [
            sight.record
            for group in sights.by_name(tx, company, Side.FIELD, kind, keys).values()
            for sight in group
        ]
        linked = links.load(tx, company, Side.FIELD, kind, named)
        _wake(tx, planning, Side.FIELD, [record for record in named if record not in linked])


def _decide_field(tx: Tx, planning: Planning, due: Sequence[Sight]) -> None:
    """Field records that are new, edited or deleted. Linked ones are looked at as pairs."""
    company, kind = planning.company.id, planning.kind
    tied = links.load(tx, company, Side.FIELD, kind, [sight.record for sight in due])
    pairs = sights.load(tx, company, Side.BOOKS, kind, [link.books for link in tied.values()])
    subjects = gathering.of_books(tx, company, planning.policy, list(pairs.values()))
    alone = [sight for sight in due if sight.record not in tied]
    promised = plans.to_be_linked(tx, company, kind, [sight.record for sight in alone])
    _wake(tx, planning, Side.BOOKS, promised.values())
    subjects += gathering.of_field(tx, company, kind, alone)
    _store(tx, planning, subjects)
    sights.decided(tx, company, Side.FIELD, kind, _left_out(due, subjects))
    _wake_holders(tx, planning, Side.FIELD, due)
    _wake_namesakes(tx, planning, alone)


def _left_out(due: Sequence[Sight], subjects: Sequence[Subject]) -> dict[str, str]:
    decided = {subject.field.id for subject in subjects if subject.field is not None}
    return {sight.record: "" for sight in due if sight.record not in decided}


def _store(tx: Tx, planning: Planning, subjects: Sequence[Subject]) -> None:
    decided = list(decide_all(subjects, planning.policy, planning.facts))
    keeping.keep(tx, _keeping(planning), subjects, decided)


def _keeping(planning: Planning) -> Keeping:
    def plan(tx: Tx) -> int:
        if planning.plan is None:
            planning.plan = plans.open_plan(tx, planning.company.id, planning.run, planning.at)
        return planning.plan

    return Keeping(
        company=planning.company.id, kind=planning.kind, run=planning.run, at=planning.at, rules=planning.policy.rules,
        plan=plan,
        counts=planning.counts,
    )  # fmt: skip


# ---- who is looked at again because of others -------------------------------------------------------------------


def _wake(tx: Tx, planning: Planning, side: Side, records: Iterable[str]) -> None:
    """Each record once in a planning, so that it comes to an end."""
    kind = planning.kind
    new = [record for record in dict.fromkeys(records) if (kind, side, record) not in planning.woken]
    planning.woken.update((kind, side, record) for record in new)
    sights.mark_due(tx, planning.company.id, side, kind, new)


def _wake_holders(tx: Tx, planning: Planning, side: Side, moved: Sequence[Sight]) -> None:
    """Whatever is held because of one of these records."""
    claimed = holds.claimed(tx, planning.company.id, planning.kind, [sight.record for sight in moved], side)
    for holder_side in Side:
        _wake(
            tx, planning, holder_side,
            [holder for holders in claimed.values() for its, holder in holders if its is holder_side],
        )  # fmt: skip


def _wake_namesakes(tx: Tx, planning: Planning, alone: Sequence[Sight]) -> None:
    """Books records without a link that bear the name of one of these field records, or would get it here."""
    company, kind = planning.company.id, planning.kind
    keys = {name_key(sight.values.get("name")) for sight in alone if sight.gone is None}
    # A full name may be the name that a job would get: the job is found by its own, the last part.
    keys |= {key.rpartition(":")[2].strip() for key in keys}
    named = [
        sight.record
        for group in sights.by_name(tx, company, Side.BOOKS, kind, keys).values()
        for sight in group
    ]
    linked = links.load(tx, company, Side.BOOKS, kind, named)
    _wake(tx, planning, Side.BOOKS, [record for record in named if record not in linked])
    below = sights.below(tx, company, kind, named)
    _wake(tx, planning, Side.BOOKS, below)


def _tops_of(tx: Tx, company: str, due: Sequence[Sight]) -> list[str]:
    """The customers at the top of the trees of these jobs: their locations come from them (spec 3.2)."""
    found: list[str] = []
    level = {sight.parent for sight in due if sight.parent}
    while level:
        above = sights.load(tx, company, Side.BOOKS, Kind.CUSTOMER, level)
        found += [sight.record for sight in above.values() if sight.parent is None]
        level = {sight.parent for sight in above.values() if sight.parent} - set(found)
    return found


# ---- links are made in the journal ------------------------------------------------------------------------------


def make_links(tx: Tx, planning: Planning, actions: Sequence[Planned]) -> None:
    """Carry out LINK actions: the pair is remembered, and what differs becomes updates of the same plan, which was
    shown with it. Call only for actions of one kind that are still true."""
    company, kind = planning.company.id, planning.kind
    facts = references.facts(tx, company, planning.policies)
    books = sights.load(tx, company, Side.BOOKS, kind, [action.books or "" for action in actions])
    field = sights.load(tx, company, Side.FIELD, kind, [action.field or "" for action in actions])
    # The base that was decided on, so that what gives way is what was shown to give way.
    made = [
        links.Agreed(
            books=action.books or "", field=action.field or "", rules=planning.policy.rules, base=action.agreed or {},
            field_kept=action.kept or {},
        )
        for action in actions
    ]  # fmt: skip
    if kind in LISTS:  # retired entries that are back again
        over = links.load(tx, company, Side.FIELD, kind, [pair.field for pair in made])
        links.forget(tx, company, kind, [link.id for link in over.values()])
    links.make(tx, company, kind, made, planning.at)
    references.wake(tx, company, kind, [(action.books or "", action.field or "") for action in actions])
    plans.settle(tx, [action.id for action in actions], "done")
    wishes.fulfilled(tx, [action.wish for action in actions if action.wish])
    keeping.tell_linked(tx, _keeping(planning), actions)
    freed = holds.solve(tx, company, kind, [action.books or "" for action in actions], "sync", planning.at)
    freed += sights.below(tx, company, kind, [action.books or "" for action in actions])
    holds.solve(
        tx, company, kind, [action.field or "" for action in actions], "sync", planning.at, Side.FIELD
    )
    for plan in {action.plan for action in actions}:
        mine = [action for action in actions if action.plan == plan]
        pairs = gathering.of_books(
            tx, company, planning.policy, [books[action.books or ""] for action in mine]
        )
        decided = list(decide_all(pairs, planning.policy, facts))
        in_plan = msgspec.structs.replace(_keeping(planning), plan=lambda _, plan=plan: plan)
        keeping.keep(tx, in_plan, pairs, decided)
    sights.mark_due(tx, company, Side.BOOKS, kind, freed)
    # Others of that name waited for what would become of these.
    keys = {name_key(sight.values.get("name")) for sight in (*books.values(), *field.values())}
    alike = sights.by_name(tx, company, Side.FIELD, kind, keys)
    waiting = [
        sight.record for group in alike.values() for sight in group if sight.decision == Reason.MATCH_WAITS
    ]
    sights.mark_due(tx, company, Side.FIELD, kind, waiting)


# ---- must a person see it first? --------------------------------------------------------------------------------


def why_approval(tx: Tx, planning: Planning, plan: int) -> str:
    """Why a person must see this plan first; "" when it may be carried out."""
    counts = plans.counts(tx, plan)
    writes = sum(counts.get(verb, 0) for verb in WRITES)
    company = planning.company
    if writes == 0:
        return ""
    if company.approval_due:
        return company.approval_due
    if planning.policy.approve_plans == "always":
        return "Every plan is shown first (setting approve_plans=always)."
    for kind, endangered in plans.endangered(tx, plan).items():
        linked = links.count(tx, company.id, kind)
        if brake(endangered, linked):
            return (
                f"It would overwrite or deactivate {endangered} of {linked} {WORDS[kind].many} at once, "
                "so it is shown before anything is written."
            )
    if planning.policy.approve_plans == "first" and not plans.ever_carried_out(tx, company.id):
        return "It is the first plan of this company."
    return ""


def in_step(tx: Tx, company: str) -> bool:
    """Nothing is due, planned or open."""
    return plans.left(tx, company) == 0 and not any_due(tx, company)


def any_due(tx: Tx, company: str) -> bool:
    return any(sights.next_due(tx, company, side, kind, 1) for kind in Kind for side in Side)


def last_complete(tx: Tx, company: str) -> str | None:
    return runs.cursor(tx, company, f"complete:{Kind.CUSTOMER}")
