"""A Web Connector and what goes wrong around it. One session at a time, each step a chance for a fault, for a person to
edit something, and for time to pass or not to pass."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from fieldledger.session.ports import Context, NothingToDo, Occupied, Progress, Send, Stop, Wait
from tests.simulation import quickbooks
from tests.simulation.changing import Unreadable
from tests.simulation.promises import Promises
from tests.simulation.quickbooks import Died
from tests.simulation.store import COMPANY
from tests.simulation.world import Killed, World

_T = TypeVar("_T")

INTRODUCTION = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
    '<HostQueryRq requestID="0" /><CompanyQueryRq requestID="1"><OwnerID>{owner}</OwnerID></CompanyQueryRq>'
    '<PreferencesQueryRq requestID="2" /></QBXMLMsgsRq></QBXML>'
)
FAILURES = (("0x80040402", ""), ("", "The ticket parameter is invalid."), ("0x8004040D", ""))
"""What the Web Connector says when QuickBooks died under it. Whether anything was done, nobody can tell by them."""
NOT_READY = ("0x80040414", "0x8004041B", "0x80040408")
"""QuickBooks refuses the set without having done anything."""
MOST_STEPS = 300


class Over(Exception):
    """The Web Connector fell silent. str(over) says why."""


class Faults:
    """rate: how likely a fault is at each place where one may strike; 0 = none. A session dies at most once, so that
    later steps are reached too."""

    def __init__(self, dice: random.Random, rate: float) -> None:
        self.dice, self.rate = dice, rate

    def strikes(self, weight: float = 1.0) -> bool:
        return self.rate > 0 and self.dice.random() < self.rate * weight


class Connector:
    """between: what people do between two steps. late: a reply that was not posted in its session, with its ticket."""

    def __init__(
        self,
        world: World,
        promises: Promises,
        faults: Faults,
        between: Callable[[], None],
        dice: random.Random,
    ) -> None:
        self.world, self.promises, self.faults, self.between, self.dice = (
            world,
            promises,
            faults,
            between,
            dice,
        )
        self.late: list[tuple[str, str]] = []
        self._replies: list[str] = []

    def session(self) -> str:
        """One session. Returns how it ended: finished, stopped, none, busy, killed, or silent."""
        world = self.world
        world.moment = self._moment
        try:
            return self._session()
        except Killed as death:
            world.trace.tell(f"server: killed {death}")
            world.trace.mark(f"killed {death}")
            world.start()
            return "killed"
        except Over as over:
            world.trace.tell(f"connector: {over}")
            world.trace.mark(f"connector: {over}")
            return "silent"
        finally:
            world.moment = lambda what: None
            self.promises.session_over()

    def _moment(self, what: str) -> None:
        """A place at which the server may be killed, and around a call of the field, the wire be cut."""
        if what.endswith("of the field"):
            if self.faults.strikes(0.5):
                self.world.trace.tell(f"wire: the field system cannot be reached {what}")
                self.world.trace.mark(f"field unreachable {what}")
                raise OSError("the field system does not answer")
            self._people(0.15)
        if self.faults.strikes(0.25):
            raise Killed(what)

    def _people(self, chance: float) -> None:
        if self.faults.rate > 0 and self.dice.random() < chance:
            moment, self.world.moment = self.world.moment, lambda what: None
            self.between()
            self.world.moment = moment

    def _pass(self) -> None:
        """Some time goes by, or none at all: two things may fall into one second."""
        self.world.time += self.dice.choice((0.0, 0.0, 0.2, 0.7, 1.5, 3.0))

    def _call(self, call: Callable[[], _T]) -> _T:
        """A call of the server. One that was killed meanwhile comes up again, and sometimes the same call reaches
        it."""
        try:
            return call()
        except Killed as death:
            if self.dice.random() < 0.5:
                raise
            self.world.trace.tell(f"server: killed {death}; the connector calls again")
            self.world.trace.mark(f"killed {death}, called again")
            self.world.start()
            return call()

    def _session(self) -> str:
        world = self.world
        for ticket, reply in self.late:
            world.trace.tell("wire: a reply of an earlier session arrives late")
            world.trace.mark("a late reply")
            self._call(lambda ticket=ticket, reply=reply: world.engine.on_reply(ticket, reply))  # type: ignore[misc]
        self.late.clear()
        self._replies.clear()
        opened = self._call(lambda: world.engine.open(COMPANY))
        if isinstance(opened, (NothingToDo, Occupied)):
            world.trace.tell(f"connector: turned away, {opened.reason}")
            return "none" if isinstance(opened, NothingToDo) else "busy"
        world.trace.tell(f"connector: session begins ({opened.ticket})")
        self.promises.session_begins()
        world.quickbooks.new_session()
        hcp = ""
        if self.dice.random() < 0.9:
            hcp = world.quickbooks.execute(INTRODUCTION.format(owner=world.quickbooks.owner))
        for _ in range(MOST_STEPS):
            ended = self._step(opened.ticket, hcp)
            hcp = ""
            if ended:
                return self._close(opened.ticket, ended)
        world.trace.wrong("a session comes to its end", f"none after {MOST_STEPS} round trips")
        return "silent"

    def _step(self, ticket: str, hcp: str) -> str:
        """One round trip. "" = the session goes on."""
        world = self.world
        self._people(0.12)
        context = Context(hcp=hcp, company_path=world.file.path, country="US", major=13)
        answer = self._call(lambda: world.engine.next_request(ticket, context))
        if isinstance(answer, Stop):
            told = world.engine.last_error(ticket)
            world.trace.tell(f"connector: told to stop, {told}")
            return "stopped"
        if isinstance(answer, Wait):
            self.promises.waits(world.engine.last_error(ticket))
            world.time += 5
            return ""
        assert isinstance(answer, Send)
        self.promises.handed_out(answer.text)
        self._pass()
        if self.faults.strikes():
            raise Over("never got the request that was handed out")
        self._people(0.12)
        return self._progress(ticket, self._execute(ticket, answer.text))

    def _execute(self, ticket: str, text: str) -> Progress:
        world = self.world
        death = ""
        weight = 5.0 if "newMessageSetID" in text else 1.0  # most is to be learnt where something is written
        if self.faults.strikes(weight):
            death = self.dice.choice((quickbooks.BEFORE, quickbooks.STORED, quickbooks.LOST, quickbooks.HALF))
        elif self.faults.strikes(0.5):
            code = self.dice.choice(NOT_READY)
            world.trace.tell(f"QuickBooks: not ready, {code}")
            world.trace.mark("QuickBooks was not ready")
            return self._call(lambda: world.engine.on_failure(ticket, code, ""))
        try:
            reply = world.quickbooks.execute(text, death)
        except Died as died:
            world.quickbooks.new_session()
            world.trace.tell(f"QuickBooks: dies {died}")
            world.trace.mark(f"QuickBooks died {died}")
            if self.dice.random() < 0.4:
                raise Over("gone together with QuickBooks") from died
            code, message = self.dice.choice(FAILURES)
            return self._call(lambda: world.engine.on_failure(ticket, code, message))
        except Unreadable as refused:
            world.trace.wrong("QuickBooks can read every request", f"{refused}: {text}")
            return self._call(lambda: world.engine.on_failure(ticket, "0x80040400", ""))
        self._pass()
        self._people(0.12)
        return self._post(ticket, reply, weight / 2)

    def _post(self, ticket: str, reply: str, weight: float) -> Progress:
        world = self.world
        if self.faults.strikes(weight):
            if self.dice.random() < 0.5:
                self.late.append((ticket, reply))
            raise Over("gone before the reply was posted")
        if self.faults.strikes(0.5) and self._replies:
            world.trace.tell("wire: an earlier reply is posted once more")
            world.trace.mark("an earlier reply, posted again")
            old = self.dice.choice(self._replies)
            self._call(lambda: world.engine.on_reply(ticket, old))
        if self.faults.strikes(0.4):
            world.trace.tell("wire: the reply arrives cut off")
            world.trace.mark("a reply that was cut off")
            cut = reply[: self.dice.randrange(len(reply) - 20)]
            return self._call(lambda: world.engine.on_reply(ticket, cut))
        progress = self._call(lambda: world.engine.on_reply(ticket, reply))
        if self.faults.strikes():
            world.trace.tell("wire: the reply is posted twice")
            world.trace.mark("a reply, posted twice")
            progress = self._call(lambda: world.engine.on_reply(ticket, reply))
        if self.faults.strikes(0.5):
            raise Over("gone after the reply was posted")
        self._replies.append(reply)
        self._pass()
        return progress

    def _progress(self, ticket: str, progress: Progress) -> str:
        if progress.percent == 100:
            return "finished"
        if progress.percent < 0:
            told = self.world.engine.last_error(ticket)
            self.world.trace.tell(f"connector: told to stop, {told}")
            return "stopped"
        return ""

    def _close(self, ticket: str, ended: str) -> str:
        if self.faults.strikes():
            raise Over("gone without a good-bye")
        told = self._call(lambda: self.world.engine.close(ticket))
        self.world.trace.tell(f"connector: session {ended}: {told}")
        return ended
