"""One-time login links and page sessions. Only hashes of their secrets are stored."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import delete, insert, select

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import doors

LINK_SECONDS = 3_600
SESSION_SECONDS = 14 * 86_400


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make_link(tx: Tx, who: str, now: float, seconds: float = LINK_SECONDS) -> str:
    """A secret that opens the pages once, within ``seconds``."""
    return _make(tx, "link", who, now + seconds, now)


def use_link(tx: Tx, secret: str, now: float) -> str | None:
    """Trade a link for a session secret; None when it is unknown, used or too old."""
    row = tx.execute(
        select(doors).where(doors.c.secret_hash == _hash(secret), doors.c.what == "link")
    ).first()
    if row is None or row.ends_at < now:
        return None
    tx.execute(delete(doors).where(doors.c.secret_hash == row.secret_hash))
    return _make(tx, "session", row.who, now + SESSION_SECONDS, now)


def visitor(tx: Tx, secret: str, now: float) -> str | None:
    """Who holds this session, None when it is unknown or over."""
    row = tx.execute(
        select(doors).where(doors.c.secret_hash == _hash(secret), doors.c.what == "session")
    ).first()
    return None if row is None or row.ends_at < now else str(row.who)


def leave(tx: Tx, secret: str) -> None:
    tx.execute(delete(doors).where(doors.c.secret_hash == _hash(secret)))


def _make(tx: Tx, what: str, who: str, ends_at: float, now: float) -> str:
    tx.execute(delete(doors).where(doors.c.ends_at < now))
    secret = secrets.token_urlsafe(32)
    tx.execute(insert(doors).values(secret_hash=_hash(secret), what=what, who=who, ends_at=ends_at))
    return secret
