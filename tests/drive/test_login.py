"""Who may call: passwords, guesses, and that nobody can lock out or stall anybody else."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from fieldledger.drive.webconnector import login as module
from fieldledger.drive.webconnector.login import Login, Refusal, hash_password, new_password
from fieldledger.session.ports import Account
from tests.drive.server import HASHED, PASSWORD, USER, OneAccount


class Door:
    """A login with a clock that the test owns and sleeps that take no time."""

    def __init__(self, **options: Any) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.login = Login(OneAccount(), clock=lambda: self.now, sleep=options.get("sleep", self.sleep))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def knock(self, user: str = USER, password: str = "wrong", address: str = "192.0.2.1") -> Any:
        return await self.login.check(user, password, address)


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the work of argon2, for stories of many attempts."""
    monkeypatch.setattr(
        module, "_matches", lambda hashed, password: hashed == HASHED and password == PASSWORD
    )


def test_passwords_are_hashed_with_argon2id_and_a_salt_each() -> None:
    first, second = hash_password("same"), hash_password("same")
    assert first.startswith("$argon2id$")
    assert first != second
    assert "same" not in first


def test_a_new_password_is_long_and_easy_to_type() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        groups = password.split("-")
        assert [len(group) for group in groups] == [5, 5, 5, 5, 5]
        assert not set("".join(groups)) & set("il1o0"), "no letters that look like others"


def test_only_the_right_pair_opens() -> None:
    async def story() -> None:
        door = Door()
        account = await door.knock(password=PASSWORD)
        assert isinstance(account, Account)
        assert account.company == "c1"
        for user, password in ((USER, "wrong"), (USER, ""), (USER, PASSWORD + " "), (USER, PASSWORD.upper()),
                               ("", PASSWORD), ("nobody", PASSWORD), (USER, "x" * 100_000)):  # fmt: skip
            assert await door.knock(user, password, f"192.0.2.{len(password) % 250}") is Refusal.WRONG

    run(story)


def test_a_damaged_hash_lets_nobody_in() -> None:
    async def story() -> None:
        for hashed in ("", "secret", "$argon2id$nonsense"):
            accounts = OneAccount()
            accounts.account = Account(company="c1", user=USER, password_hash=hashed)
            assert await Login(accounts).check(USER, hashed, "") is Refusal.WRONG

    run(story)


def test_unknown_users_cost_as_much_as_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever measures the time learns nothing: each attempt is one verification with the same parameters."""
    worked: list[str] = []

    def counted(hashed: str, password: str) -> bool:
        worked.append(hashed.rsplit("$", 2)[0])
        return False

    monkeypatch.setattr(module, "_matches", counted)

    async def story() -> None:
        door = Door()
        for user in (USER, "nobody", "", "x" * 1_000_000):
            await door.knock(user)

    run(story)
    assert len(worked) == 4
    assert len(set(worked)) == 1, "one algorithm, one set of parameters"


@pytest.mark.usefixtures("cheap")
def test_too_many_failures_slow_down_the_refusals() -> None:
    async def story() -> None:
        door = Door()
        for _ in range(12):
            assert await door.knock() is Refusal.WRONG
        assert door.slept == [1, 2, 4, 8, 16, 30, 30, 30, 30], "three are free; then ever longer, up to 30 s"

    run(story)


@pytest.mark.usefixtures("cheap")
def test_guesses_count_by_user_and_by_address() -> None:
    async def story() -> None:
        by_user = Door()
        for number in range(6):
            await by_user.knock(address=f"192.0.2.{number}")
        assert by_user.slept == [1, 2, 4], "one user, guessed at from many places"
        by_address = Door()
        for number in range(6):
            await by_address.knock(user=f"user{number}")
        assert by_address.slept == [1, 2, 4], "one place that tries many users"
        by_network = Door()
        for number in range(6):
            await by_network.knock(user=f"user{number}", address=f"2001:db8:1:2::{number:x}")
        assert by_network.slept == [1, 2, 4], "one IPv6 network"
        apart = Door()
        for number in range(6):
            await apart.knock(user=f"user{number}", address=f"2001:db8:1:{number:x}::1")
        assert apart.slept == []

    run(story)


@pytest.mark.usefixtures("cheap")
def test_nobody_is_locked_out_by_the_guesses_of_others() -> None:
    """A right password passes at once, however many wrong ones came before and wait beside it."""

    async def story() -> None:
        waiting = asyncio.Event()

        async def forever(_: float) -> None:
            await waiting.wait()

        door = Door(sleep=forever)
        guesses = [asyncio.create_task(door.knock()) for _ in range(60)]
        await asyncio.sleep(0.2)
        assert sum(guess.done() for guess in guesses) == module.FREE_FAILURES
        account = await asyncio.wait_for(door.knock(password=PASSWORD), 5)
        assert isinstance(account, Account)
        waiting.set()
        assert set(await asyncio.gather(*guesses)) == {Refusal.WRONG}

    run(story)


@pytest.mark.usefixtures("cheap")
def test_a_right_password_clears_the_user_and_time_clears_everybody() -> None:
    async def story() -> None:
        door = Door()
        for _ in range(5):
            await door.knock()
        assert isinstance(await door.knock(password=PASSWORD), Account)
        await door.knock(address="192.0.2.99")
        assert door.slept == [1, 2]
        door.now += module.FORGET_AFTER + 1
        await door.knock()
        assert door.slept == [1, 2], "who erred a quarter of an hour ago starts afresh"

    run(story)


@pytest.mark.usefixtures("cheap")
def test_waiting_refusals_hold_no_thread() -> None:
    async def story() -> None:
        door = Door(sleep=asyncio.sleep)
        for _ in range(module.FREE_FAILURES):
            await door.knock()
        before = threading.active_count()
        guesses = [asyncio.create_task(door.knock()) for _ in range(90)]
        await asyncio.sleep(0.3)
        assert not all(guess.done() for guess in guesses)
        assert threading.active_count() <= before + module.AT_ONCE
        for guess in guesses:
            guess.cancel()
        await asyncio.gather(*guesses, return_exceptions=True)
        assert door.login._held == door.login._waiting == 0

    run(story)


@pytest.mark.usefixtures("cheap")
def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 50)
    monkeypatch.setattr(module, "HELD", 0)

    async def story() -> None:
        door = Door()
        for number in range(100):
            await door.knock(user=f"{number}" * 10_000, address=f"192.0.2.{number}")
        assert len(door.login._failures) == 50
        assert max(len(key) for key in door.login._failures) < 50, "however long a name somebody makes up"

    run(story)


def test_a_crowd_is_told_to_come_back_and_works_at_most_two_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_work: list[int] = []
    busy = 0
    lock = threading.Lock()

    def slow(_: str, __: str) -> bool:
        nonlocal busy
        with lock:
            busy += 1
            at_work.append(busy)
        time.sleep(0.005)
        with lock:
            busy -= 1
        return False

    monkeypatch.setattr(module, "_matches", slow)
    monkeypatch.setattr(module, "QUEUE", 20)

    async def story() -> None:
        door = Door()
        answers = await asyncio.gather(*(door.knock() for _ in range(50)))
        assert answers.count(Refusal.CROWDED) == 30
        assert answers.count(Refusal.WRONG) == 20
        assert max(at_work) <= module.AT_ONCE
        assert door.login._waiting == 0

    run(story)
