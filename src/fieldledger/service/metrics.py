"""What a monitoring system wants to know, in Prometheus' text form. Read from the journal when asked, never counted
beside it, so it is right after every restart. Names and texts of customers never appear."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from fieldledger.journal import Journal
from fieldledger.office import views

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FAILED = ("stopped", "broken")


def metrics(journal: Journal, companies: Iterable[str]) -> bytes:
    """The exposition for these companies. Raises `NoSuchThing` for one that is not there."""
    registry = CollectorRegistry()

    def gauge(name: str, help: str) -> Gauge:
        return Gauge(f"fieldledger_{name}", help, ["company"], registry=registry)

    books = gauge("books_records", "Customers and jobs in QuickBooks")
    linked = gauge("linked_records", "Customers that are linked")
    waiting = gauge("needs_attention", "Records that wait for a person")
    heard = gauge(
        "last_heard_timestamp_seconds", "When the Web Connector last called, Unix seconds; 0 = never"
    )
    left = gauge("actions_left", "Actions that are planned or without an outcome")
    plan = gauge("plan_waiting", "1 while a plan waits for approval")
    failed = gauge("last_run_failed", "1 when the last run stopped or broke")
    for company in companies:
        status = views.status(journal, company)
        last = status["last_run"]
        books.labels(company).set(status["in_books"])
        linked.labels(company).set(status["linked"])
        waiting.labels(company).set(status["attention"])
        heard.labels(company).set(status["heard_at"] or 0)
        left.labels(company).set(status["left"])
        plan.labels(company).set(1 if status["plan_waiting"] else 0)
        failed.labels(company).set(1 if last and last["outcome"] in FAILED else 0)
    return generate_latest(registry)
