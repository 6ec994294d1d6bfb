"""Small worlds in which everything that can coincide does: a pair or a record of one side, what is remembered of it,
and what becomes of it when decisions are carried out.

`World.carry_out` is a model of what the engine does with decisions (session/keeping.py, session/settling.py), without
a journal: writes reach their side, the base follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

import msgspec
from hypothesis import strategies as st

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import WRITES, Action, Reason, Verb
from fieldledger.model.record import digest, pack
from fieldledger.plan.planner import decide
from fieldledger.plan.subject import Asked, Facts, Seen, Subject, Tie
from fieldledger.policy.kinds import customer
from fieldledger.policy.kinds.customer import JobSeen
from fieldledger.policy.rules import Policy

Held = dict[str, Any]
DIRECTIONS = ("books_to_field", "field_to_books", "two_way")
NOW = 10_000.0
"""Unix seconds at which the model writes; people's edits are older."""


def place(name: str, street: str = "1 Oak", *, default: bool = False) -> Held:
    return {"name": name, "is_default": default, "address": {"line1": street, "city": "Millbrae"}}


PLACES: tuple[list[Held], ...] = (
    [], [place("Barn")], [place("Barn", default=True)], [place("Mill", "2 Elm")],
    [place("Barn"), place("Mill", "2 Elm")], [place("Barn", "3 Ash")], [place("Mill", "2 Elm", default=True)],
)  # fmt: skip
POOL: dict[str, tuple[Any, ...]] = {
    "name": ("Baker", "baker", "Carr", "Carr {x}", "Ürün %s"),
    "first_name": (None, "Ann"),
    "last_name": (None,),
    "phone": (None, "1", "2", "3"),
    "email": (None, "a@example.com"),
    "billing_address": (None, {"line1": "1 Oak"}, {"line1": "2 Elm", "city": "Millbrae"}),
    "locations": PLACES,
    "terms": (None, "Net 30", "Due on receipt", "Odd"),
    "tax_code": (None, "Tax", "Non"),
    "tax_item": (None, "County"),
    "active": (True, False),
}
assert set(POOL) == set(customer.LABELS)
KNOWN = frozenset({"Net 30", "Due on receipt"})
"""The terms that QuickBooks has: not the odd ones."""


def in_books(**known: frozenset[str]) -> dict[Side, dict[Kind, frozenset[str]]]:
    """`Facts.choices` of the books by the customer's field; fields that are not given were not read."""
    return {Side.BOOKS: {customer.REFERENCES[field]: ids for field, ids in known.items()}}


def values(**given: Any) -> Held:
    """A customer as both sides know it, of whom only the name and what is given is told."""
    held: Held = dict.fromkeys(customer.LABELS)
    return {**held, "name": "Baker", "active": True, "locations": [], **given}


def seen(id: str, held: Held, *, books: bool = False, **more: Any) -> Seen:
    if books and "company_name" not in held:
        held = {**held, "company_name": held["name"]}
    return Seen(id=id, values=held, digest=digest(pack(held)), **{"version": "1", "edited": 0.0, **more})


class World(msgspec.Struct, kw_only=True):
    """A pair. names: from the top of the tree to the record; more than one = it is a job."""

    policy: Policy
    base: Held
    books: Held
    field: Held
    names: tuple[str, ...] | None = ()
    facts: Facts = Facts()
    jobs: tuple[JobSeen, ...] = ()
    books_kept: Held = {}
    field_kept: Held = {}
    rules: str = "now"
    state: str = "live"
    books_gone: bool = False
    field_gone: bool = False
    edited: dict[Side, float | None] = msgspec.field(default_factory=lambda: dict.fromkeys(Side, 0.0))
    version: int = 1
    due: bool = True
    wishes: tuple[Asked, ...] = ()

    def subject(self, *, candidates: tuple[Seen, ...] = ()) -> Subject:
        name = self.books.get("name") or ""
        chain = None if self.names is None else (*self.names, name)
        alone = chain is not None and len(chain) == 1
        version = str(self.version)
        return Subject(
            books=seen(
                "A-1", deepcopy(self.books), books=True, gone=self.books_gone, due=self.due, version=version,
                edited=self.edited[Side.BOOKS],
            ),
            field=seen(
                "1", deepcopy(self.field), gone=self.field_gone, due=self.due, version=version,
                edited=self.edited[Side.FIELD],
            ),
            names=chain, top="A-1" if alone else "A-0", jobs=self.jobs, candidates=candidates, wishes=self.wishes,
            tie=Tie(
                base=deepcopy(self.base), books_kept=self.books_kept, field_kept=self.field_kept, rules=self.rules,
                state=self.state,
            ),
        )  # fmt: skip

    def plan(self) -> list[Action]:
        return decide(self.subject(), self.policy, self.facts)

    def shown(self) -> Held:
        """The books record as the field side would show it."""
        return customer.to_field(
            self.books, (*(self.names or ()), self.books["name"]), self.policy, self.jobs
        )

    def carry_out(self, actions: Iterable[Action]) -> World:
        """The world after these decisions; what we wrote ourselves is nobody's edit."""
        after = deepcopy(self)
        for action in actions:
            if action.verb in WRITES:
                after._write(action)
            else:
                after._say(action)
            if action.wish is not None and (action.verb in WRITES or action.verb is Verb.AGREE):
                after.wishes = tuple(wish for wish in after.wishes if wish.id != action.wish)
        after.version += 1
        after.due = False
        return after

    def _agree(self, action: Action) -> None:
        agreed = dict(action.agreed or {})
        self.base = {**self.base, **agreed}
        for kept in (self.books_kept, self.field_kept):
            for name in agreed:
                kept.pop(name, None)
        self.field_kept = {**self.field_kept, **(action.kept or {})}

    def _say(self, action: Action) -> None:
        if action.agreed or action.kept:
            self._agree(action)
        if action.verb is Verb.AGREE:
            self.rules = self.policy.rules
        if action.reason is Reason.DELETED_IN_FIELD:
            self.state = "field_deleted"
        if action.reason is Reason.DELETED_IN_BOOKS_ONLY:
            self.state = "books_deleted"

    def _write(self, action: Action) -> None:
        there = self.books if action.side is Side.BOOKS else self.field
        sent = {name: (action.after or {}).get(name) for name in action.fields or customer.LABELS}
        for name, value in sent.items():
            if action.side is Side.BOOKS and name == "locations":
                value = customer.own_locations(value)
            if action.side is Side.BOOKS and name in customer.REFERENCES and not value:
                continue  # it cannot be written
            there[name] = deepcopy(value)
        self._agree(action)
        kept = self.books_kept if action.side is Side.BOOKS else self.field_kept
        for name in action.fields:
            if action.kept is None or name not in action.kept:
                kept.pop(name, None)
        self.edited = {**self.edited, action.side: NOW}
        self.rules = self.policy.rules
        self.state = "books_deleted" if action.verb is Verb.DEACTIVATE else "live"


def writes(actions: Iterable[Action]) -> list[Action]:
    return [action for action in actions if action.verb in WRITES]


# ---- drawing worlds -----------------------------------------------------------------------------------------------


POLICIES = st.builds(
    Policy,
    direction=st.sampled_from(DIRECTIONS),
    primary=st.sampled_from(("books", "field")),
    jobs=st.sampled_from(("as_customers", "as_locations", "skip")),
    job_name=st.sampled_from(("company_name", "full_name", "job_name")),
    rules=st.just("now"),
    margin=st.sampled_from((0, 120)),
)
FACTS = st.builds(
    Facts,
    clocks=st.sampled_from(({}, {Side.BOOKS: 3600.0}, {Side.FIELD: -200.0})),
    choices=st.sampled_from(({}, in_books(terms=KNOWN), in_books(terms=KNOWN, tax_code=frozenset({"Tax"})))),
)
TIMES = st.sampled_from((None, 0.0, 60.0, 121.0, 3_500.0))
JOBS = st.sampled_from(
    (
        (),
        (JobSeen("J-1", {"name": "Boiler", "billing_address": {"line1": "9 Fir"}}),),
        (JobSeen("J-1", {"name": "Cellar"}),),
    )
)


HOT = st.lists(st.sampled_from(sorted(POOL)), min_size=1, max_size=3, unique=True)
"""Few fields in which a world has anything, so that both sides often touch the same one."""


@st.composite
def records(draw: st.DrawFn, fields: Iterable[str] | None = None) -> Held:
    some = list(fields) if fields is not None else draw(HOT)
    return values(**{name: deepcopy(draw(st.sampled_from(POOL[name]))) for name in some})


@st.composite
def changed(draw: st.DrawFn, held: Held, fields: Iterable[str]) -> Held:
    """The same record after somebody edited some of these fields of it."""
    some = [name for name in fields if draw(st.booleans())]
    return {**deepcopy(held), **{name: deepcopy(draw(st.sampled_from(POOL[name]))) for name in some}}


@st.composite
def pairs(draw: st.DrawFn, *, wishes: bool = False, apart: bool = False) -> World:
    """A pair that once agreed, was edited on either side, and may be gone. apart: no field is edited on both sides,
    both are there, and neither keeps anything in a form of its own."""
    policy = draw(POLICIES)
    names: tuple[str, ...] | None = draw(st.sampled_from(((), ("Top",), ("Top", "Middle"))))
    hot = draw(HOT)
    agreed = draw(records(hot))
    jobs = draw(JOBS) if policy.jobs == "as_locations" and not names else ()
    base = customer.to_field(agreed, (*(names or ()), agreed["name"]), policy, jobs)
    books = draw(changed(agreed, hot))
    books_moved = {name for name in POOL if not customer.alike(name, books[name], agreed[name])}
    free = [name for name in hot if not apart or name not in books_moved]
    field = draw(changed(base, free))
    if draw(st.booleans()):
        books["company_name"] = draw(st.sampled_from((None, "Other", books["name"])))
    world = World(
        policy=policy, base=base, books=books, field=field, names=names, jobs=jobs, facts=draw(FACTS),
        edited={side: draw(TIMES) for side in Side},
    )  # fmt: skip
    if apart:
        return world
    for kept, held in ((world.books_kept, world.shown()), (world.field_kept, field)):
        for name in draw(st.lists(st.sampled_from(("phone", *customer.REFERENCES)), max_size=1)):
            if held.get(name) != base[name]:
                kept[name] = deepcopy(held.get(name))
    if names:
        world.names = draw(st.sampled_from((names, None)))
        if field["name"] != base["name"] and draw(st.booleans()):
            world.field_kept["name"] = field["name"]
    world.rules = draw(st.sampled_from(("now", "older")))
    world.books_gone, world.field_gone = draw(
        st.sampled_from(((False, False),) * 4 + ((True, False), (False, True), (True, True)))
    )
    world.state = draw(st.sampled_from(("live", "live", "books_deleted", "field_deleted")))
    world.due = draw(st.booleans())
    if wishes:
        world.wishes = draw(asked())
    return world


@st.composite
def asked(draw: st.DrawFn) -> tuple[Asked, ...]:
    one = st.one_of(
        st.builds(Asked, id=st.just(1), what=st.just("rename"), name=st.just("Wished"), side=st.sampled_from(Side)),
        st.builds(
            Asked, id=st.just(2), what=st.just("put_back"),
            values=st.sampled_from(
                ({"phone": "3"}, {"phone": None}, {"email": "a@example.com", "active": True}, {"locations": PLACES[4]})
            ),
        ),
        st.builds(Asked, id=st.just(3), what=st.just("ignore")),
    )  # fmt: skip
    return tuple(draw(st.lists(one, max_size=2, unique_by=lambda wish: wish.what)))


@st.composite
def loners(draw: st.DrawFn, number: int = 1) -> Subject:
    """A record without a link: of the books or of the field side, with whoever bears its name on the other one."""
    links = st.builds(
        Asked, id=st.integers(1, 9), what=st.just("link"), other=st.sampled_from(("1", "2", "9", "B-1"))
    )
    ignore = st.builds(Asked, id=st.integers(1, 9), what=st.just("ignore"))
    rename = st.builds(
        Asked, id=st.integers(1, 9), what=st.just("rename"), name=st.sampled_from(("Wished", "Baker")),
        side=st.sampled_from(Side),
    )  # fmt: skip
    wishes = tuple(draw(st.lists(st.one_of(links, ignore, rename), max_size=2)))
    held = draw(records())
    gone = draw(st.sampled_from((False, False, False, True)))
    if draw(st.booleans()):
        chain = draw(st.sampled_from((None, (), (), ("Top",), ("Top", "Middle"))))
        job = chain is None or chain != ()
        return Subject(
            books=seen(f"A-{number}", held, books=True, gone=gone, edited=draw(TIMES)),
            names=None if chain is None else (*chain, held["name"]), top="A-0" if job else f"A-{number}",
            top_held=job and draw(st.booleans()), top_ignored=job and draw(st.booleans()), wishes=wishes,
            jobs=draw(JOBS),
            candidates=tuple(
                seen(str(id), draw(records()), linked=draw(st.booleans()), edited=draw(TIMES))
                for id in range(1, draw(st.integers(0, 3)) + 1)
            ),
        )  # fmt: skip
    return Subject(
        field=seen(f"{number + 20}", held, gone=gone, edited=draw(TIMES)), wishes=wishes,
        twins=draw(st.sampled_from(((), ("1",), ("1", "2")))),
        candidates=tuple(
            seen(f"B-{id}", draw(records()), books=True, linked=draw(st.booleans()), edited=draw(TIMES),
                 decision=draw(st.sampled_from(("", "ignored"))))
            for id in range(1, draw(st.integers(0, 2)) + 1)
        ),
    )  # fmt: skip
