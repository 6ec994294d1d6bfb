"""Where a record stands in its list, and how names are compared.

The place is a text that is stored and indexed, so that a page is read without sorting. It must change whenever a
name, a parent or an account number does; only people move a record elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.fields import Fields, text_of
from quickbooks_sim.tables.lists import ACCOUNT_TYPES


def key(text: str) -> str:
    """How names are compared: without case."""
    return text.casefold()


def name_key(full_name: str) -> str:
    """The place of a record that is ordered by name, children after their parent.

    Every level ends with a character below all others: "Baker" and its jobs come before "Baker & Sons".
    """
    return "".join(key(part) + "\x01" for part in full_name.split(":"))


def account_key(parent_key: str, name: str, body: Fields) -> str:
    """The place of an account: type, then number (those without one come first), then name, below its parent."""
    number = text_of(body, "AccountNumber")
    kind = text_of(body, "AccountType")
    rank = ACCOUNT_TYPES.index(kind) if kind in ACCOUNT_TYPES else len(ACCOUNT_TYPES)
    own = f"{number:>7}"
    return (parent_key or f"{rank:02}\x01") + f"{own}\x02{key(name)}\x01"


def list_place(
    company: CompanyFile, kind: str, full_name: str, name: str, parent_id: str | None, body: Fields
) -> str:
    """The place of a record in its list, as text to sort by."""
    if kind != "Account":
        return name_key(full_name)
    parent_key = ""
    if parent_id is not None:
        row = company.execute(
            "select sort_key from record where space = 'Account' and list_id = ?", (parent_id,)
        ).fetchone()
        parent_key = row["sort_key"]
    return account_key(parent_key, name, body)


def beside(neighbour: str, own: str) -> str:
    """The place of a record that was moved by hand: right after its neighbour ("" = the beginning of the list).

    It comes before everything that stands below the neighbour, as names never hold the character put in between.
    """
    return f"{neighbour}\x00{own}"


def out_of_place(places: list[str]) -> set[int]:
    """The least number of records (by index) that must have been moved, for all others to stand in order."""
    ends: list[str] = []
    last: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        length = bisect_right(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    kept: set[int] = set()
    index = last[-1] if last else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return set(range(len(places))) - kept
