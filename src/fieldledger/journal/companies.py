"""Companies: who may connect, with which settings, to which company file. Secrets are stored as hashes only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import companies


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """settings: every setting with its value; identity: what the company file told of itself, {} before the first
    contact; sync_asked: "", "changes" or "full"; approval_due: why the next plan must be shown, "" = it need not."""

    id: str
    name: str
    user: str
    password_hash: str
    token_hash: str
    file_id: str
    settings: dict[str, str]
    identity: dict[str, Any]
    sync_asked: str
    approval_due: str
    created_at: str


def _company(row: Row[Any]) -> Company:
    values = dict(row._mapping)
    del values["number"]
    values["settings"] = json.loads(values["settings"])
    values["identity"] = json.loads(values["identity"])
    return Company(**values)


def next_number(tx: Tx) -> int:
    return int(tx.execute(select(func.coalesce(func.max(companies.c.number), 0) + 1)).scalar_one())


def add(tx: Tx, number: int, company: Company) -> None:
    values = msgspec.structs.asdict(company)
    values["settings"] = json.dumps(company.settings)
    values["identity"] = json.dumps(company.identity)
    tx.execute(insert(companies).values(number=number, **values))


def get(tx: Tx, company: str) -> Company | None:
    row = tx.execute(select(companies).where(companies.c.id == company)).first()
    return _company(row) if row else None


def all_of(tx: Tx) -> list[Company]:
    return [_company(row) for row in tx.execute(select(companies).order_by(companies.c.number))]


def find_by_user(tx: Tx, user: str) -> Company | None:
    row = tx.execute(select(companies).where(companies.c.user == user)).first()
    return _company(row) if row else None


def find_by_token(tx: Tx, token_hash: str) -> Company | None:
    row = tx.execute(select(companies).where(companies.c.token_hash == token_hash)).first()
    return _company(row) if row else None


def change(tx: Tx, company: str, **columns: str) -> None:
    """Set text columns (name, sync_asked, approval_due, password_hash, token_hash)."""
    tx.execute(update(companies).where(companies.c.id == company).values(**columns))


def owe_approval(tx: Tx, company: str, words: str) -> None:
    """Add a reason why the next plan must be shown, a sentence. What is owed already stays, as it is stored by now;
    a reason that comes again moves to the end, so that a plan which was shown before it does not pass for it."""
    owed = tx.execute(select(companies.c.approval_due).where(companies.c.id == company)).scalar_one()
    others = " ".join(part.strip() for part in owed.split(words)).strip()
    change(tx, company, approval_due=f"{others} {words}".strip())


def set_settings(tx: Tx, company: str, settings: Mapping[str, str]) -> None:
    change(tx, company, settings=json.dumps(dict(settings)))


def set_identity(tx: Tx, company: str, identity: Mapping[str, Any]) -> None:
    change(tx, company, identity=json.dumps(dict(identity)))
