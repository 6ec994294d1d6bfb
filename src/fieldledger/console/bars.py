"""The last runs at a glance: as bars of how much each of them did, and as a short list of what is worth a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any, NamedTuple

from fieldledger.office.screens import WORK

SLOTS = (30, 60)
"""Places for bars: the newest stands at the right, and few are not blown up to fill the width."""

STEP = 10
WIDTH = 7
LEAST = {"calm": 5, "busy": 14, "bad": 30}
"""The least height of a bar in per cent, so that one changed record, or a stop, is seen beside a thousand."""


class Bars(NamedTuple):
    """width: of the drawing, in its own units; 100 high. each: x, height, tone, told; oldest first."""

    width: int
    each: list[dict[str, Any]]


def bars(runs: Sequence[Mapping[str, Any]]) -> Bars:
    """runs: newest first. Heights grow with the square root of what was done. Tones: calm = there was nothing to do,
    busy = did something or made a plan, bad = stopped or broke off."""
    slots = next((many for many in SLOTS if len(runs) <= many), SLOTS[-1])
    shown = list(reversed(runs[:slots]))
    done = [sum(run["counts"].get(key, 0) for key in WORK) for run in shown]
    top = max([*done, 1])
    empty = (slots - len(shown)) * STEP
    each = [
        {
            "x": empty + place * STEP,
            "height": max(LEAST[tone], round(100 * sqrt(many / top))),
            "tone": tone,
            "told": f"Run {run['run']}: {run['told'] or run['outcome']}",
        }
        for place, (run, many) in enumerate(zip(shown, done, strict=True))
        for tone in (_tone(run, many),)
    ]
    return Bars(slots * STEP, each)


def _tone(run: Mapping[str, Any], many: int) -> str:
    if run["outcome"] in ("stopped", "broken"):
        return "bad"
    return "busy" if many or run["outcome"] == "waiting" else "calm"


def in_lines(runs: Sequence[Mapping[str, Any]], most: int) -> list[dict[str, Any]]:
    """The runs (newest first) as at most so many lines: each that did something has its own, and so has the newest;
    others that follow each other and had nothing to do share one. A line is its newest run, with many (runs on it)
    and oldest (number of its oldest)."""
    lines: list[dict[str, Any]] = []
    for place, run in enumerate(runs):
        quiet = place > 0 and _is_quiet(run)
        if quiet and lines and lines[-1]["quiet"]:
            lines[-1].update(many=lines[-1]["many"] + 1, oldest=run["run"])
        elif len(lines) == most:
            break
        else:
            lines.append({**run, "quiet": quiet, "many": 1, "oldest": run["run"]})
    return lines


def _is_quiet(run: Mapping[str, Any]) -> bool:
    worked = any(run["counts"].get(key) for key in (*WORK, "warnings"))
    return run["outcome"] == "done" and not worked
