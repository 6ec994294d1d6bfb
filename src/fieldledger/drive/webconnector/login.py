"""Checks the Web Connector's user and password: argon2id, as much work for unknown users, slower answers to guesses.

A right password is answered at once, however many wrong ones arrive beside it: only the refusals wait. So nobody can
lock out a user by guessing at the name, which is no secret. It must never sleep in a thread, and never hold more
guesses than it has room for.
"""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from enum import StrEnum

import anyio
from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldledger.session.ports import Account, Accounts

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""23 ms and 19 MB a verification, where the library's default took 195 ms on a busy machine of two cores: passwords are
made here, of 123 bits, so the work has to deter nobody; but the server does it for everybody who knocks."""
_WORDS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look like others: people type it into a small window."""

LONGEST_PASSWORD = 1024
AT_ONCE = 2
"""Verifications at a time."""
QUEUE = 100
"""Attempts that may wait for their verification; who comes on top is told to come back."""
HELD = 1000
"""Refusals that may wait at a time; those on top are answered at once."""
FREE_FAILURES = 3
LONGEST_PAUSE = 30.0
"""Seconds; the Web Connector waits about 100 for an answer."""
FORGET_AFTER = 15 * 60.0
"""Seconds without a failure after which a user or an address starts afresh."""
REMEMBERED = 10_000


def hash_password(password: str) -> str:
    """argon2id, parameters and salt and all."""
    return _hasher.hash(password)


def new_password() -> str:
    """Five groups of five from 31 letters: 123 bits."""
    return "-".join("".join(secrets.choice(_WORDS) for _ in range(5)) for _ in range(5))


@functools.cache
def _hash_of_nobody() -> str:
    """What the passwords of unknown users are compared with, so that they take as long."""
    return hash_password(secrets.token_urlsafe())


class Refusal(StrEnum):
    """Why somebody was not let in, in the Web Connector's word."""

    WRONG = "nvu"
    CROWDED = "busy"


class Login:
    """Bounded in memory and in work.

    clock  a monotonic clock in seconds; sleep  waits so many seconds without holding a thread.
    """

    def __init__(
        self,
        accounts: Accounts,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.accounts, self.clock, self.sleep = accounts, clock, sleep
        self._nobody = _hash_of_nobody()
        self._threads = CapacityLimiter(AT_ONCE)
        self._waiting = self._held = 0
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def check(self, user: str, password: str, address: str) -> Account | Refusal:
        """The account, or why not. ``address``: of the client, whose guesses at other users count together.

        Unknown users take the same way and the same time as known ones.
        """
        if self._waiting >= QUEUE:
            return Refusal.CROWDED
        self._waiting += 1
        try:
            account = await to_thread.run_sync(self._verified, user, password, limiter=self._threads)
        finally:
            self._waiting -= 1
        keys = (_key("user", user), _key("from", _network(address)))
        if account is not None:
            self._failures.pop(keys[0], None)
            return account
        await self._hold(max(self._failed(key) for key in keys))
        return Refusal.WRONG

    def _verified(self, user: str, password: str) -> Account | None:
        account = self.accounts.find(user) if user else None
        right = _matches(account.password_hash if account else self._nobody, password[:LONGEST_PASSWORD])
        if right and 0 < len(password) <= LONGEST_PASSWORD:
            return account
        if account is not None:
            self.accounts.refused(account.company)
        return None

    def _failed(self, key: str) -> float:
        """Note a failure. Returns the pause in seconds: 0, 1, 2, 4 … 30 after more than three."""
        now = self.clock()
        count, at = self._failures.pop(key, (0, now))
        count = 1 if now - at > FORGET_AFTER else count + 1
        self._failures[key] = (count, now)
        if len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)
        over = count - FREE_FAILURES - 1
        return 0.0 if over < 0 else min(2.0 ** min(over, 10), LONGEST_PAUSE)

    async def _hold(self, seconds: float) -> None:
        if seconds == 0 or self._held >= HELD:
            return
        self._held += 1
        try:
            await self.sleep(seconds)
        finally:
            self._held -= 1


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _key(kind: str, text: str) -> str:
    """Of one length, however long a name somebody makes up."""
    return f"{kind} {hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _network(address: str) -> str:
    """An address; of IPv6 the part that one customer holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
