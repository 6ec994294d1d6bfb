"""The promises that are watched while things happen (spec 10): every request that is handed out, every write on either
side. Each is a sentence; what breaks one is told to the trace, and nothing else is done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from fieldledger.journal import links, message_sets
from fieldledger.model.kinds import Kind, Side
from fieldledger.session.ports import FieldWrite
from tests.simulation.companyfile import Customer
from tests.simulation.fieldside import Values, words
from tests.simulation.likeness import as_field
from tests.simulation.seen import committed
from tests.simulation.store import COMPANY
from tests.simulation.world import World

ONE_WAY = "one-way means one way (spec 2.2, 10.6)"
INTENT = "nothing is written without a committed intent (design: the ladder, 1)"
SAME_BYTES = "a set goes out as it stands in the journal, byte by byte (design: the ladder, 1)"
ONE_CONTENT = "one message set id names one content, for ever"
VERSION = "no Mod without EditSequence"
SEEN = "nothing is overwritten that the journal had not seen and committed before (spec 10.2)"
STATUS_FIRST = (
    "after any silence the next session's first request asks what became of the set (design: the ladder, 4)"
)
ONCE_BOOKS = "at most one books record is created per field record (spec 10.1)"
ONCE_FIELD = "at most one field record is created per books record (spec 10.1)"
ABSENCE = "nothing is made inactive that was never inactive or deleted on the other side (spec 10.7)"
KEPT = "a location that was removed here and that QuickBooks keeps is not imported again (spec 3.4)"
WRONG_FILE = "nothing is written into another company's file (spec 8.2)"
NEVER_DELETED = "the sync deletes nothing (spec 2.11)"
WAITS = "a wait says NoOp"
SCHEMA = "every request is as the schema wants it"
_INTRODUCTION = {"HostQueryRq", "CompanyQueryRq", "PreferencesQueryRq"}
_WRITES = ("AddRq", "ModRq")

Schema = Callable[[etree._Element], str]
"""What is wrong with a request, "" = nothing."""


class Promises:
    """writes: how many writes reached either side so far, by the engine; to_customers: those to customers alone.
    of_lists, of_lists_done: told of what is written to the small lists of the field. made: by side and text, the
    record that the engine created with it. last_write: by side and id, when, as `Trace.next` counts; others_then: what
    the whole other side looked like at that time, in the words of the field. references: what was taken away from whom
    in QuickBooks."""

    def __init__(self, world: World, schema: Schema | None = None) -> None:
        self.world, self.trace, self.schema = world, world.trace, schema
        self.writes = self.to_customers = 0
        self.last_write: dict[tuple[Side, str], int] = {}
        self.others_then: dict[tuple[Side, str], dict[str, Values]] = {}
        self.references: list[tuple[str, str]] = []
        self._contents: dict[str, str] = {}
        self._owed = ""
        self.made: dict[tuple[Side, str], str] = {}
        self.of_lists: Callable[[FieldWrite, Values | None], None] = lambda write, before: None
        self.of_lists_done: Callable[[FieldWrite, int], None] = lambda write, id: None
        world.quickbooks.written = self.books_written
        world.field.written = self.field_written
        world.field.done = self.field_done

    # ---- the wire --------------------------------------------------------------------------------------------------

    def session_begins(self) -> None:
        with self.world.journal.read() as tx:
            out = message_sets.out(tx, COMPANY)
        self._owed = out.set_id if out else ""

    def session_over(self) -> None:
        self._owed = ""

    def waits(self, told: str) -> None:
        if told != "NoOp":
            self.trace.wrong(WAITS, f"it says {told!r}")

    def handed_out(self, text: str) -> None:
        """The server handed out this request."""
        self.trace.sent.append(text)
        root = etree.fromstring(text.encode())
        frame = root[0]
        new, old = frame.get("newMessageSetID") or "", frame.get("oldMessageSetID") or ""
        tags = [str(each.tag) for each in frame]
        asks = bool(new) and new == old
        self.trace.tell(
            f"server: asks {', '.join(tags) or 'what became of ' + new}"
            + (f" as {new}" if new and tags else "")
        )
        if self.schema is not None and (problem := self.schema(root)):
            self.trace.wrong(SCHEMA, f"{problem}: {text}")
        if any(tag.endswith("DelRq") for tag in tags):
            self.trace.wrong(NEVER_DELETED, text)
        if self._owed and not set(tags) <= _INTRODUCTION | set():
            if not (asks and new == self._owed):
                self.trace.wrong(STATUS_FIRST, f"set {self._owed} is out, and this goes first: {text}")
            self._owed = ""
        elif self._owed and asks and new == self._owed:
            self._owed = ""
        writes = [each for each in frame if str(each.tag).endswith(_WRITES)]
        if writes:
            self._writes_go_out(text, frame, writes, new)

    def _writes_go_out(
        self, text: str, frame: etree._Element, writes: list[etree._Element], new: str
    ) -> None:
        if self.world.direction == "books_to_field":  # of customers, and of every list then
            self.trace.wrong(ONE_WAY, f"a write for QuickBooks goes out: {text}")
        with self.world.journal.read() as tx:
            out = message_sets.out(tx, COMPANY)
        if not 0 < len(new) <= 23 or out is None or out.set_id != new:
            self.trace.wrong(
                INTENT, f"set {new!r} goes out, and the journal holds {out.set_id if out else 'none'}"
            )
        elif out.content != text:
            self.trace.wrong(SAME_BYTES, f"set {new!r}")
        body = "".join(etree.tostring(each, encoding="unicode", with_tail=False) for each in frame)
        if self._contents.setdefault(new, body) != body:
            self.trace.wrong(ONE_CONTENT, f"set {new}:\n{self._contents[new]}\nand now\n{body}")
        for each in writes:
            if str(each.tag).endswith("ModRq") and not each[0].findtext("EditSequence"):
                self.trace.wrong(VERSION, text)

    # ---- writes ------------------------------------------------------------------------------------------------------

    def books_written(self, before: Customer | None, after: Customer, text: str) -> None:
        """QuickBooks carried out a write of ours."""
        self.writes += 1
        self.to_customers += 1
        self.last_write[Side.BOOKS, after.id] = self.trace.next()
        self.world.in_books.newest = after.id
        there = self.world.field.raw(COMPANY)
        self.others_then[Side.BOOKS, after.id] = {str(id): values for id, values in there.items()}
        what = "creates" if before is None else "changes"
        self.trace.tell(f"engine: {what} {after.name!r} ({after.id}) in QuickBooks")
        self.trace.mark(f"engine {what} in books")
        if self.world.file is not self.world.own:
            self.trace.wrong(WRONG_FILE, text)
        if before is None:
            self._created(Side.BOOKS, after.id, {*after.words()} - {after.name}, ONCE_BOOKS)
            return
        self._overwritten(Side.BOOKS, after.id, [*before.words()], [*after.words()], "")
        given_up = {*self.world.file.ref_ids(before)} - {*self.world.file.ref_ids(after)}
        ids = committed(self.world.journal, Side.BOOKS, after.id) or set()
        for reference in sorted(given_up):
            if reference.split()[1] not in ids:
                self.trace.wrong(SEEN, f"{after.id} referred to {reference}")
            self.references.append((after.id, reference.split()[1]))
        if before.active and not after.active and not self._was_off(Side.FIELD, after.id):
            self.trace.wrong(ABSENCE, f"{after.name!r} ({after.id}) was made inactive in QuickBooks")

    def field_written(self, write: FieldWrite, before: Values | None) -> None:
        """The field system is about to carry out a write of ours."""
        if write.kind is not Kind.CUSTOMER:
            self.of_lists(write, before)
            return
        self.writes += 1
        self.to_customers += 1
        what = "creates" if write.id is None else "changes"
        self.trace.tell(
            f"engine: {what} {write.values.get('name')!r} (#{write.id or 'new'}) in the field system"
        )
        self.trace.mark(f"engine {what} in field")
        if self.world.direction == "field_to_books":
            self.trace.wrong(ONE_WAY, f"the field system is written: {write}")
        if committed(self.world.journal, Side.FIELD, None, write.key) is None:
            self.trace.wrong(INTENT, f"the field system is written under {write.key}")
        if write.id is None or before is None:
            texts = {*words(write.values)} - {str(write.values.get("name"))}
            self._created(Side.FIELD, write.key, texts, ONCE_FIELD)
            return
        self._overwritten(Side.FIELD, write.id, [*words(before)], [*words(dict(write.values))], write.key)
        if (
            before.get("active")
            and not write.values.get("active")
            and not self._was_off(Side.BOOKS, write.id)
        ):
            self.trace.wrong(ABSENCE, f"#{write.id} was made inactive in the field system")

    def _comes_back(self, id: int, before: Values, after: Mapping[str, Any]) -> None:
        names = {place["name"] for place in after.get("locations") or ()}
        new = names - {place["name"] for place in before.get("locations") or ()}
        with self.world.journal.read() as tx:
            link = links.load(tx, COMPANY, Side.FIELD, Kind.CUSTOMER, [str(id)]).get(str(id))
        for name in sorted(new):
            removed = self.world.in_field.removed.get((id, name))
            if removed and link is not None and self.world.in_books.order.get(link.books, 0) < removed:
                self.trace.wrong(KEPT, f"{name!r} of #{id}")

    def field_done(self, write: FieldWrite, id: int) -> None:
        if write.kind is not Kind.CUSTOMER:
            self.of_lists_done(write, id)
            return
        self.last_write[Side.FIELD, str(id)] = self.trace.next()
        self.world.in_field.newest = id
        file, job_name = self.world.own, self.world.circumstances.settings["job_name"]
        self.others_then[Side.FIELD, str(id)] = {
            each.id: as_field(file, each, job_name) for each in file.data.customers.values()
        }

    def told_alike(self, books: str, field: int, name: str, value: str) -> None:
        """People gave both sides of a pair the same: that needs no write, and is as if it had been written."""
        for receiver, master in (((Side.BOOKS, books), str(field)), ((Side.FIELD, str(field)), books)):
            if then := self.others_then.get(receiver, {}).get(master):
                then[name] = value

    def _created(self, side: Side, id: str, texts: set[str], promise: str) -> None:
        """A text that somebody typed once, and that two created records bear, says that one was made twice."""
        for text in sorted(texts & self.trace.typed.keys()):
            first = self.made.setdefault((side, text), id)
            if first != id and not self._undone(side, first):
                self.trace.wrong(promise, f"{text!r} went into {first} and into {id}")

    def _undone(self, side: Side, id: str) -> bool:
        """A restored backup took it away: that is no deletion by a person."""
        file = self.world.own
        deleted = {gone for gone, _, _ in file.data.deleted}
        return side is Side.BOOKS and file.customer(id) is None and id not in deleted

    def _overwritten(self, side: Side, id: str, before: list[str], after: list[str], key: str) -> None:
        gone = self.trace.took_away(side, id, before, after)
        if not gone:
            return
        self.unseen(side, id, gone, committed(self.world.journal, side, id, key) or set())

    def unseen(self, side: Side, id: str, gone: list[str], known: set[str]) -> None:
        """What is gone and was not known to be there."""
        for text in gone:
            if text not in known:
                self.trace.wrong(SEEN, f"{side} {id} loses {text!r}")

    def _was_off(self, side: Side, id: str) -> bool:
        """Whether the other end of this record's link was ever inactive or gone. side: of that other end."""
        mine = Side.FIELD if side is Side.BOOKS else Side.BOOKS
        with self.world.journal.read() as tx:
            link = links.load(tx, COMPANY, mine, Kind.CUSTOMER, [id]).get(id)
        if link is None:
            return True
        if side is Side.BOOKS:
            return link.books in self.world.own.ever_off
        return int(link.field) in self.world.field.ever_off
