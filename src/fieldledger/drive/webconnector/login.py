"""Checks the Web Connector's user and password: argon2id, as much work for unknown users, a pause after failures."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldledger.session.ports import Account, Accounts

_hasher = PasswordHasher()
_WORDS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look like others: people type it into a small window."""

FREE_FAILURES = 3
LONGEST_PAUSE = 30.0
REMEMBERED = 10_000


def hash_password(password: str) -> str:
    """argon2id with the library's parameters, salt and all."""
    return _hasher.hash(password)


def new_password() -> str:
    """Five groups of five from 31 letters: 123 bits."""
    return "-".join("".join(secrets.choice(_WORDS) for _ in range(5)) for _ in range(5))


class Login:
    """Bounded in memory and in work: two verifications at a time, the newest failing names and addresses remembered.

    clock  a monotonic clock in seconds; wait  sleeps so long.
    """

    def __init__(
        self,
        accounts: Accounts,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.accounts, self.clock, self.wait = accounts, clock, wait
        self._nobody = hash_password(secrets.token_urlsafe())
        self._turn = threading.BoundedSemaphore(2)
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, user: str, password: str, address: str) -> Account | None:
        """The account, None when user or password is wrong. ``address``: of the client, which is slowed down too."""
        keys = (f"user {user}", f"from {address}")
        pause = max(self.pause_left(key) for key in keys)
        if pause > 0:
            self.wait(pause)
        account = self.accounts.find(user) if user else None
        with self._turn:
            right = _matches(account.password_hash if account else self._nobody, password)
        if account is not None and right and password:
            self._forget(keys[0])
            return account
        for key in keys:
            self._remember(key)
        return None

    def pause_left(self, key: str) -> float:
        """Seconds that this user or address still has to wait: 0, 1, 2, 4 … 30 after more than three failures."""
        with self._lock:
            count, at = self._failures.get(key, (0, 0.0))
        if count <= FREE_FAILURES:
            return 0.0
        pause = min(2.0 ** (count - FREE_FAILURES - 1), LONGEST_PAUSE)
        return max(0.0, at + pause - self.clock())

    def _remember(self, key: str) -> None:
        with self._lock:
            count, _ = self._failures.pop(key, (0, 0.0))
            self._failures[key] = (count + 1, self.clock())
            while len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)

    def _forget(self, key: str) -> None:
        with self._lock:
            self._failures.pop(key, None)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
