"""The clock of the QuickBooks computer: real, shifted or frozen, and how QuickBooks prints it.

QuickBooks prints local wall time with the offset of *standard* time, in summer as well; that is the default
here. Nothing else in the package may ask the system for the time.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_STAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:([+-])(\d{1,2}):(\d{1,2}))?)?)?)?"
)


@cache
def _standard(zone: ZoneInfo, year: int) -> timedelta:
    """The offset of standard time: the lesser one of winter and summer, on either half of the globe.

    Zone data call the summer of Ireland the standard and its winter the exception; Windows, and so QuickBooks, does
    not.
    """
    return min(datetime(year, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7))


@dataclass(frozen=True)
class Clock:
    """A clock in a time zone. `setting` is the switch `clock`, `true_offset` the switch `summer_offset`."""

    zone: ZoneInfo
    setting: str = "real"
    true_offset: bool = False

    def now(self) -> int:
        """The Unix second."""
        word, _, rest = self.setting.partition(" ")
        if word == "at":
            return int(rest)
        if word == "frozen":
            return int(datetime.fromisoformat(rest).replace(tzinfo=self.zone).timestamp())
        return int(time.time()) + (int(rest) if word == "offset" else 0)

    def wall(self, second: int) -> str:
        """Local wall time of a Unix second, like ``2023-12-15T22:06:12``."""
        return datetime.fromtimestamp(second, self.zone).strftime("%Y-%m-%dT%H:%M:%S")

    def printed(self, second: int) -> str:
        """A Unix second as QuickBooks prints it: wall time and an offset."""
        local = datetime.fromtimestamp(second, self.zone)
        true = local.utcoffset() or timedelta()
        offset = true if self.true_offset else _standard(self.zone, local.year)
        minutes = round(offset.total_seconds() / 60)
        sign = "-" if minutes < 0 else "+"
        return f"{local:%Y-%m-%dT%H:%M:%S}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

    def second_of_wall(self, wall: str) -> int:
        """The Unix second of a local wall time without offset."""
        return int(datetime.fromisoformat(wall[:19]).replace(tzinfo=self.zone).timestamp())

    def filter_wall(self, text: str, upper: bool) -> str | None:
        """Turns a date or time of a request into local wall time for comparison; None if it is no date.

        Without an offset the text *is* local wall time; with one it is an instant. `upper` completes a bare
        date (or hour, or minute) to its end rather than to its beginning.
        """
        match = _STAMP.fullmatch(text)
        if match is None:
            return None
        year, month, day, hour, minute, second, sign, off_hours, off_minutes = match.groups()
        full = upper and sign is None
        try:
            moment = datetime(
                int(year),
                int(month),
                int(day),
                int(hour) if hour else (23 if full else 0),
                int(minute) if minute else (59 if full else 0),
                int(second) if second else (59 if full else 0),
                tzinfo=UTC,
            )
            if sign is not None:
                shift = timedelta(hours=int(off_hours), minutes=int(off_minutes))
                moment = (moment + shift if sign == "-" else moment - shift).astimezone(self.zone)
        except (ValueError, OverflowError):
            return None
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
