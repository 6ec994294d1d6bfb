"""The laws of planning, over small worlds in which everything that can coincide does."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldledger.model.kinds import Side
from fieldledger.model.plan import WRITES, Action, Reason, Verb
from fieldledger.model.record import digest, pack
from fieldledger.plan.planner import decide, decide_all
from fieldledger.plan.subject import Seen, Subject, Tie
from fieldledger.policy.kinds.customer import LABELS, to_field
from fieldledger.policy.rules import Policy
from fieldledger.policy.sentences import SENTENCES, tell

NAMES = st.sampled_from(("Baker", "baker ", "Carr", "Carr {x}", "Ürün %s"))
PLACES = st.sampled_from(
    ((), ({"name": "Barn", "is_default": True, "address": {"line1": "7 Oak Ave", "city": "Millbrae"}},))
)
PHONES = st.sampled_from((None, "555-0101", "555-0102"))


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = dict.fromkeys(LABELS)
    made.update(
        name=draw(NAMES), phone=draw(PHONES), active=draw(st.booleans()), locations=list(draw(PLACES))
    )
    return made


def seen(id: str, held: dict[str, Any], *, gone: bool = False, due: bool = True, version: str = "1") -> Seen:
    return Seen(id=id, values=held, digest=digest(pack(held)), version=version, gone=gone, due=due)


@st.composite
def subjects(draw: st.DrawFn, policy: Policy, id: str = "8000001-1") -> Subject:
    """A books record as it may stand: alone or linked, a job or not, with its parents known or not."""
    held = {**draw(values()), "company_name": draw(NAMES)}
    books = seen(id, held, gone=draw(st.booleans()))
    chain = draw(st.sampled_from((None, (), ("Top",), ("Top", "Middle"))))
    names = None if chain is None else (*chain, held["name"])
    top = "8000000-1" if chain is None or chain else id
    if not draw(st.booleans()):
        rivals = draw(st.lists(values(), max_size=2))
        return Subject(
            books=books, names=names, top=top, top_held=draw(st.booleans()) and top != id,
            namesakes=tuple(seen(str(number), rival) for number, rival in enumerate(rivals, 1)),
        )  # fmt: skip
    base = draw(st.one_of(values(), st.just(to_field(held, names or (held["name"],), policy))))
    field = draw(st.one_of(values(), st.just(base)))
    tie = Tie(
        base=base, base_digest=digest(pack(base)), rules=draw(st.sampled_from((policy.rules, "older"))),
        field_digest=digest(pack(draw(st.sampled_from((base, field))))),
        state=draw(st.sampled_from(("live", "books_deleted", "field_deleted"))),
    )  # fmt: skip
    return Subject(
        books=books, names=names, top=top, tie=tie,
        field=seen("17", field, gone=draw(st.booleans()), due=draw(st.booleans()), version="3"),
    )  # fmt: skip


POLICIES = st.builds(
    Policy,
    direction=st.just("books_to_field"),
    jobs=st.sampled_from(("as_customers", "skip")),
    job_name=st.sampled_from(("company_name", "full_name", "job_name")),
    rules=st.just("now"),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Policy, Subject]:
    policy = draw(POLICIES)
    return policy, draw(subjects(policy))


@given(cases())
@settings(max_examples=600, deadline=None)
def test_every_record_gets_at_most_one_lawful_decision(case: tuple[Policy, Subject]) -> None:
    """spec 2.2, 2.6, 2.10, 2.11, 10.6: total, same input same output, and no rule broken by any decision."""
    policy, subject = case
    action = decide(subject, policy)
    assert action == decide(subject, policy)
    if action is None:
        return
    assert action.books == subject.books.id
    assert action.seen == subject.books.digest
    assert tell(action.reason, name=action.name, detail=action.detail)
    if action.verb in WRITES:
        lawful_write(policy, subject, action)
    else:
        assert action.after is None or action.reason is Reason.ONE_WAY


def lawful_write(policy: Policy, subject: Subject, action: Action) -> None:
    assert action.side is Side.FIELD, "one-way means one way"
    assert not (policy.jobs == "skip" and subject.names and len(subject.names) > 1 and not subject.books.gone)
    if action.verb is Verb.CREATE:
        assert subject.tie is None
        assert not subject.books.gone
        assert subject.books.values["active"]
        assert subject.names is not None
        assert action.after == to_field(subject.books.values, subject.names, policy)
        assert (action.before, action.field, action.version) == (None, None, "")
        return
    assert subject.tie is not None
    assert subject.field is not None
    assert not subject.field.gone
    assert subject.tie.state != "field_deleted"
    assert (action.field, action.version) == (subject.field.id, subject.field.version)
    assert action.before == subject.field.values, "what is overwritten stands in the action (spec 10.2)"
    if action.verb is Verb.DEACTIVATE:
        assert subject.books.gone
        assert action.after == {**subject.field.values, "active": False}
    else:
        assert action.after == to_field(subject.books.values, subject.names or (), policy)


@given(cases())
@settings(max_examples=300, deadline=None)
def test_what_was_written_is_no_change_any_more(case: tuple[Policy, Subject]) -> None:
    """spec 10.3: carry the decision out, look again, and there is nothing to do."""
    policy, subject = case
    action = decide(subject, policy)
    if action is None or action.verb not in WRITES:
        return
    base = action.after or {}
    tie = Tie(
        base=base, base_digest=digest(pack(base)), field_digest=digest(pack(base)), rules=policy.rules,
        state="books_deleted" if action.verb is Verb.DEACTIVATE else "live",
    )  # fmt: skip
    after = Subject(
        books=subject.books, names=subject.names, top=subject.top, tie=tie,
        field=seen("17", dict(base), due=False, version="4"),
    )  # fmt: skip
    assert decide(after, policy) is None


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_one_field_record_is_claimed_by_one_hold(data: st.DataObject) -> None:
    """spec 2.7: a job matches one to one; two records never point at the same field record."""
    policy = data.draw(POLICIES)
    slice_ = [data.draw(subjects(policy, id=f"8000001-{number}")) for number in range(1, 5)]
    claimed = [other for action in decide_all(slice_, policy) for other in action.others]
    assert len(claimed) == len(set(claimed))


def test_a_name_that_looks_like_a_pattern_is_only_a_name() -> None:
    assert tell(Reason.DUPLICATE, name="{detail}", detail="no. 7").count("no. 7") == 1


def test_every_reason_has_a_sentence_and_a_status_word() -> None:
    """spec 9.4: statuses, in these words only."""
    words = {"Waiting", "Sending", "Synced", "Synced with warnings", "Needs attention", "Conflict", "On hold",
             "Skipped", "Voided", "Deleted in QuickBooks"}  # fmt: skip
    assert set(SENTENCES) == set(Reason)
    assert {sentence.status for sentence in SENTENCES.values()} <= words
