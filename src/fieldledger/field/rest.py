"""The field-service system, reached through its REST contract only, so that another one could stand there.

Raises OSError when it cannot be reached or answers out of contract; a refusal of one record is a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import httpx2
import msgspec

from fieldledger.field.kinds import customer
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.record import Record, Values
from fieldledger.session.ports import FieldChange, FieldResult, FieldWrite, SyncStatus

_VERDICTS = {
    200: Verdict.DONE,
    201: Verdict.DONE,
    404: Verdict.MISSING,
    409: Verdict.STALE,
    412: Verdict.STALE,
    422: Verdict.REFUSED,
    423: Verdict.NOT_ALLOWED,
    429: Verdict.BUSY,
    503: Verdict.BUSY,
}


class FieldUnreachable(OSError):
    """The field side did not answer, or not as agreed. str(error) says what was asked and what came back."""


class RestField:
    """A client of the desk's REST API; ``client`` carries base address, credentials and time limits."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client

    def changes(self, company: str, kind: Kind, after: int, limit: int) -> tuple[FieldChange, ...]:
        """What changed after a position of the feed, oldest first, each record once."""
        answer = self._call("GET", company, f"{_path(kind)}/changes", params={"after": after, "limit": limit})
        return tuple(
            FieldChange(
                id=str(item["id"]),
                position=int(item["position"]),
                record=None
                if item["deleted"] or item["customer"] is None
                else customer.to_record(item["customer"]),
            )
            for item in answer["items"]
        )

    def write(self, company: str, writes: Sequence[FieldWrite]) -> tuple[FieldResult, ...]:
        """Create and update in one call. Each write is judged alone, and done once for its key."""
        if not writes:
            return ()
        items = [
            {
                "key": write.key,
                "op": "create" if write.id is None else "update",
                "id": None if write.id is None else int(write.id),
                "version": None if write.version is None else int(write.version),
                "customer": customer.to_json(write.values),
            }
            for write in writes
        ]
        answer = self._call("POST", company, f"{_path(writes[0].kind)}/batch", json={"items": items})
        return tuple(_result(item) for item in answer["results"])

    def show_status(self, company: str, statuses: Iterable[SyncStatus]) -> None:
        items = [
            {
                "kind": status.kind.value, "id": int(status.id), "status": status.status, "detail": status.detail,
                "books_name": status.books_name, "at": status.at,
            }
            for status in statuses
        ]  # fmt: skip
        self._call("PUT", company, "sync-status", json={"items": items})

    def show_policy(self, company: str, policy: Values) -> None:
        self._call("PUT", company, "sync-policy", json=dict(policy))

    def _call(self, method: str, company: str, path: str, **kwargs: Any) -> Any:
        url = f"/api/v1/companies/{company}/{path}"
        if "json" in kwargs:
            kwargs["content"] = msgspec.json.encode(kwargs.pop("json"))
            kwargs["headers"] = {"Content-Type": "application/json", "X-Fieldledger-Origin": "sync"}
        try:
            response = self.client.request(method, url, **kwargs)
        except httpx2.HTTPError as error:
            raise FieldUnreachable(f"{method} {url}: {error or type(error).__name__}") from error
        if response.status_code >= 300:
            raise FieldUnreachable(
                f"{method} {url} was answered {response.status_code}: {response.text[:300]}"
            )
        if not response.content:
            return None
        try:
            return msgspec.json.decode(response.content)
        except msgspec.DecodeError as error:
            raise FieldUnreachable(
                f"{method} {url} was answered with something that is not JSON: {error}"
            ) from error


def _path(kind: Kind) -> str:
    return {Kind.CUSTOMER: "customers"}[kind]


def _result(item: Any) -> FieldResult:
    status = int(item["status"])
    problem = item.get("problem") or {}
    record: Record | None = customer.to_record(item["customer"]) if item.get("customer") else None
    verdict = _VERDICTS.get(status, Verdict.REFUSED)
    return FieldResult(
        key=item["key"],
        outcome=Outcome(
            verdict=Verdict.UNKNOWN if verdict is Verdict.DONE and record is None else verdict,
            code=str(status),
            told="",
            meaning=_meaning(problem),
        ),
        record=record,
    )


def _meaning(problem: Any) -> str:
    """A problem's words: its detail, then each field's own."""
    parts = [str(problem.get("detail") or problem.get("title") or "")]
    parts += [
        f"{error.get('field', '')}: {error.get('message') or error.get('detail') or ''}".strip(": ")
        for error in problem.get("errors") or ()
        if isinstance(error, dict)
    ]
    return " ".join(part for part in dict.fromkeys(parts) if part)
