"""The field-service system, reached through its REST contract only, so that another one could stand there.

Raises OSError when it cannot be reached or answers out of contract; a refusal of one record is a value. Whatever a
server says, nothing else is raised: an answer that was not agreed on is never half understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx2
import msgspec

from fieldledger.field.kinds import KINDS, FieldKind
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


class _Change(msgspec.Struct):
    position: int
    id: int
    deleted: bool
    record: dict[str, Any] | None


class _Result(msgspec.Struct):
    key: str
    status: int
    record: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None


def _shapes(kind: FieldKind) -> tuple[Any, Any]:
    """The shapes of a page of changes and of a batch's results: the record stands under the kind's own key."""
    called = {"record": kind.key}
    record: Any = dict[str, Any] | None
    change: Any = msgspec.defstruct("change", [("record", record)], bases=(_Change,), rename=called)
    result: Any = msgspec.defstruct("result", [("record", record, None)], bases=(_Result,), rename=called)
    changes = msgspec.defstruct("changes", [("items", list[change]), ("more", bool)])
    return changes, msgspec.defstruct("results", [("results", list[result])])


_SHAPES = {kind: _shapes(each) for kind, each in KINDS.items()}


class RestField:
    """A client of the desk's REST API; ``client`` carries base address, credentials and time limits."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client

    def changes(self, company: str, kind: Kind, after: int, limit: int) -> tuple[FieldChange, ...]:
        """What changed after a position of the feed, oldest first, each record once. A server may give less at once
        than it is asked for: it is asked on, so fewer than ``limit`` are all that there are."""
        found: dict[str, FieldChange] = {}
        shape, _ = _SHAPES[kind]
        while len(found) < limit:
            asked = {"after": after, "limit": limit - len(found)}
            path = f"{KINDS[kind].path}/changes"
            page = self._call("GET", company, path, shape, params=asked)
            with _as_agreed("GET", company, f"{path} after {after}"):
                for item in page.items:
                    if item.position <= after:
                        raise ValueError(f"position {item.position} does not come after {after}")
                    after = item.position
                    found.pop(str(item.id), None)  # edited between two pages: its later state counts
                    found[str(item.id)] = _change(KINDS[kind], item)
                if page.more and not page.items:
                    raise ValueError("more is promised, and nothing is given")
            if not page.more:
                break
        return tuple(found.values())

    def write(self, company: str, writes: Sequence[FieldWrite]) -> tuple[FieldResult, ...]:
        """Create and update in one call, records of one kind. Each write is judged alone, and done once for its key."""
        if not writes:
            return ()
        kind = KINDS[writes[0].kind]
        if any(write.kind is not writes[0].kind for write in writes):
            raise ValueError("the writes of one call are of one kind")
        items = [
            {
                "key": write.key,
                "op": "create" if write.id is None else "update",
                "id": None if write.id is None else int(write.id),
                "version": None if write.version is None else int(write.version),
                kind.key: kind.to_json(write.values),
            }
            for write in writes
        ]
        path = f"{kind.path}/batch"
        _, shape = _SHAPES[writes[0].kind]
        answer = self._call("POST", company, path, shape, json={"items": items})
        with _as_agreed("POST", company, path):
            return tuple(_result(kind, item) for item in answer.results)

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

    def _call(self, method: str, company: str, path: str, shape: Any = Any, **kwargs: Any) -> Any:
        """The answer in this shape. Nothing at all counts as null."""
        url = _url(company, path)
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
        with _as_agreed(method, company, path):
            return msgspec.json.decode(response.content or b"null", type=shape)


@contextmanager
def _as_agreed(method: str, company: str, path: str) -> Iterator[None]:
    """While an answer is taken apart: whatever does not fit is trouble of the field side's."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError, msgspec.DecodeError) as error:
        raise FieldUnreachable(
            f"{method} {_url(company, path)} was not answered as agreed: {error or type(error).__name__}"
        ) from error


def _url(company: str, path: str) -> str:
    return f"/api/v1/companies/{company}/{path}"


def _change(kind: FieldKind, item: _Change) -> FieldChange:
    if item.deleted:
        return FieldChange(id=str(item.id), position=item.position, record=None)
    if item.record is None:  # to take it for deleted would be a guess
        raise ValueError(f"{kind.key} {item.id} is not deleted, and is not shown")
    record = _record(kind, item.record)
    if record.id != str(item.id):
        raise ValueError(f"{kind.key} {item.id} is shown as {record.id}")
    return FieldChange(id=record.id, position=item.position, record=record)


def _record(kind: FieldKind, json: dict[str, Any]) -> Record:
    """Its number and its version are sent back later, so they are looked at here."""
    for key in ("id", "version"):
        if type(json[key]) is not int:
            raise TypeError(f"{key} must be a whole number, not {json[key]!r}")
    return kind.to_record(json)


def _result(kind: FieldKind, item: _Result) -> FieldResult:
    status, problem = item.status, item.problem or {}
    record = _record(kind, item.record) if item.record else None
    verdict = _VERDICTS.get(status, Verdict.REFUSED)
    return FieldResult(
        key=item.key,
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
