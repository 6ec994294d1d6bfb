"""The GUID of an intent: by it the other side knows a piece of work that it has done already.

The same for the same action, for ever, and no other's: what it does is part of it, so that a journal that was restored
from a backup, and counts its actions anew, never names another piece of work with an old key.
"""

from __future__ import annotations

import uuid

from fieldledger.journal.plans import Planned
from fieldledger.model.record import digest, pack


def key_of(file_id: str, action: Planned) -> str:
    """file_id: of the company. Without braces."""
    if action.key:
        return action.key
    content = digest(pack(action.after or {})).hex()
    name = f"action:{action.id}:{action.verb}:{action.books}:{action.field}:{content}"
    return str(uuid.uuid5(uuid.UUID(file_id), name))
