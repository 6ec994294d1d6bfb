"""The settings of a company as people choose them: what each is, what it may be, and what the others leave no choice of
(spec 1, 5). Changing them is `fieldledger.office.companies.set_settings`.
"""

from __future__ import annotations

from typing import Any

from fieldledger.journal import Journal
from fieldledger.office.companies import find
from fieldledger.policy.settings import SETTINGS, TOGGLES, complete, toggle


def settings(journal: Journal, company: str) -> list[dict[str, Any]]:
    """Every setting: key, value, meaning, allowed (words; [] = a text of its own), free (a person may choose it), why
    (a sentence about a toggle, "" for all others), shows_plan (a change is shown as a plan first)."""
    with journal.read() as tx:
        values = complete(find(tx, company).settings)
    found = []
    for setting in SETTINGS:
        told = (
            toggle(setting.key, values["customers.direction"], values[setting.key])
            if setting.key in TOGGLES
            else None
        )
        found.append(
            {
                "key": setting.key, "value": values[setting.key], "meaning": setting.meaning,
                "allowed": list(setting.allowed), "free": told is None or told.free,
                "why": told.why if told else "", "shows_plan": setting.plans,
            }
        )  # fmt: skip
    return found
