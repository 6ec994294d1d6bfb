"""10,000 customers over real processes: the server's memory does not grow with the list."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from tests.endtoend.house import QUIET, House, new_books

NUMBER = 10_000
MEGABYTE = 1024 * 1024
AT_MOST = 256 * MEGABYTE
"""Resident memory of the server at any moment. At rest it is about 100 MB of Python; a login costs argon2's 64 MB for a
moment; the desk's database keeps 32 MB of pages; the rest is a page of customers and a batch of writes at work. Two
pages of ten thousand held as text, as a tree and as records would be over it."""
GROWTH = 40 * MEGABYTE
"""Between the tenth page and the hundredth: the databases' page caches, and nothing that grows with the list."""


def test_ten_thousand_customers_sync_in_steady_memory(tmp_path: Path) -> None:
    books = new_books(tmp_path / "large.qbs", "--generate", str(NUMBER), "--name", "Large Company")
    with House(tmp_path) as house:
        company = house.add("Large", books, "approve_plans=never")
        seen: list[tuple[int, int]] = []
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.05):
                seen.append(
                    (house.stderr.read_bytes().count(b"operation=receiveResponseXML"), house.memory())
                )

        watcher = threading.Thread(target=watch)
        watcher.start()
        started = time.monotonic()
        try:
            ended = house.connect(company)
        finally:
            over.set()
            watcher.join()
        took = time.monotonic() - started
        assert ended["closed"] == f"In step: {NUMBER} created."
        assert ended["calls"]["receiveResponseXML"] >= NUMBER // 500
        pages = ended["calls"]["receiveResponseXML"]
        early = max(memory for page, memory in seen if pages // 10 <= page < pages // 5)
        late = max(memory for page, memory in seen if page >= 4 * pages // 5)
        most = max(memory for _, memory in seen)
        print(
            f"{NUMBER} customers, {pages} pages: {took:.1f} s; {early >> 20}, {late >> 20}, most {most >> 20} MB"
        )
        assert most < AT_MOST
        assert late - early < GROWTH
        status = house.rest(company, "status")
        assert (status["in_books"], status["linked"]) == (NUMBER, NUMBER)
        assert house.connect(company)["closed"] == QUIET
        last = house.rest(company, "runs?limit=1")["items"][0]
        assert not {"created", "updated", "deactivated"} & last["counts"].keys(), "spec 10.3"
