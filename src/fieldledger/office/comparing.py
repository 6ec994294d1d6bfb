"""How much two customers look like one, by name, phone, email, address and contact. Pure, and for people's eyes only:
it ranks what a person may want to look at, and must never be a reason to link, merge or skip anything (spec 2.7).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from rapidfuzz import fuzz, process

from fieldledger.model.names import name_key
from fieldledger.model.record import Values
from fieldledger.policy.kinds.customer import place

LEAST = 60
"""The least score that is worth a person's look."""

NAME_FROM, NAME_TO = 75.0, 100.0
NAME_LEAST, NAME_MOST = 0.35, 0.95
"""Names that are 75 % alike say little, the same name says nearly all; in between it grows evenly."""

NAME_ALONE = NAME_FROM + (LEAST / 100 - NAME_LEAST) / (NAME_MOST - NAME_LEAST) * (NAME_TO - NAME_FROM)
"""So alike names must be when nothing else is, to be worth a look."""

EMAIL, PHONE, ADDRESS, CONTACT = 0.7, 0.7, 0.5, 0.35
"""What each of these says by itself when it is the same. Together they say more: 1 - (1 - a)(1 - b)…"""

OTHERWISE = 0.85
"""What is left of a likeness by name alone when both have a phone or an email and it is not the same."""

COMMON = 60
"""A phone, an email or an address that so many records share (an office's own, a placeholder) tells nobody apart."""

RARE_PARTS = 8
"""Of a name's parts, so many of the rarest lead to the names that are compared with it."""
NAMES_MOST = 600
"""A part that stands in more names than that is no way to find one."""
SHARED = 3
"""A name that shares fewer of them is another one."""

_WORD = re.compile(r"\w+")
_FORMS = frozenset(
    (
        "inc",
        "incorporated",
        "llc",
        "llp",
        "ltd",
        "limited",
        "co",
        "corp",
        "corporation",
        "company",
        "the",
        "and",
        "of",
    )
)
"""Words that one person writes and another leaves out."""


class Profile(NamedTuple):
    """What is compared of a record. names: in words, folded, each way that it may be called; is_job: a job of
    QuickBooks, whose names share words with its customer's; numbers: the words of its name that hold a digit; blank or
    empty where there is nothing."""

    id: str
    name: str
    names: tuple[str, ...]
    is_job: bool
    numbers: frozenset[str]
    phone: str
    email: str
    contact: str
    places: frozenset[tuple[str, str, str]]


class Match(NamedTuple):
    """A record that looks like another. score: LEAST to 100; why: what is alike, in words."""

    id: str
    name: str
    score: int
    why: tuple[str, ...]


def profile(id: str, values: Values, full_name: str = "") -> Profile:
    """full_name: of a job in QuickBooks, with its parents before it."""
    name = values.get("name") or ""
    called = dict.fromkeys(filter(None, (_words(full_name or name), _words(name))))
    addresses = [
        values.get("billing_address"),
        *(each.get("address") for each in values.get("locations") or ()),
    ]
    return Profile(
        id=id,
        name=full_name or name,
        names=tuple(called),
        is_job=bool(full_name),
        numbers=frozenset(word for word in _words(name).split() if any(map(str.isdigit, word))),
        phone=_digits(values.get("phone")),
        email=name_key(values.get("email")),
        contact=_words(" ".join(filter(None, (values.get("first_name"), values.get("last_name"))))),
        places=frozenset(filter(None, map(place, addresses))),
    )


def _words(text: str | None) -> str:
    """Folded, without accents, signs and legal forms; the same words in another order stay another text."""
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", name_key(text)) if not unicodedata.combining(each)
    )
    every = _WORD.findall(bare)
    return " ".join([word for word in every if word not in _FORMS] or every)


def _digits(phone: str | None) -> str:
    """The last ten digits; fewer than seven are no number that could be dialled."""
    digits = "".join(sign for sign in phone or "" if sign.isascii() and sign.isdigit())
    return digits[-10:] if len(digits) >= 7 else ""


def likeness(one: Profile, other: Profile) -> Match | None:
    """How much the other looks like the one; None when not enough to show it to anybody."""
    named = _names_alike(one, other)
    signs = [
        (EMAIL, "same email") if one.email and one.email == other.email else None,
        (PHONE, "same phone") if one.phone and one.phone == other.phone else None,
        (ADDRESS, "same address") if one.places & other.places else None,
        (CONTACT, "same contact") if one.contact and one.contact == other.contact else None,
    ]
    found = [sign for sign in signs if sign]
    if named >= NAME_FROM:
        said = NAME_LEAST + (named - NAME_FROM) / (NAME_TO - NAME_FROM) * (NAME_MOST - NAME_LEAST)
        if not found and _reached_otherwise(one, other):
            said *= OTHERWISE
        found.insert(0, (said, "same name" if named >= NAME_TO else f"name {named:.0f} % alike"))
    doubt = 1.0
    for weight, _ in found:
        doubt *= 1 - weight
    score = round(100 * (1 - doubt))
    return Match(other.id, other.name, score, tuple(told for _, told in found)) if score >= LEAST else None


def _names_alike(one: Profile, other: Profile) -> float:
    """0 to 100. Two that differ in a number (a unit, a store) are two, however alike they are otherwise."""
    if one.numbers != other.numbers and one.numbers and other.numbers:
        return 0.0
    pairs = [(a, b) for a in one.names for b in other.names]
    if one.is_job or other.is_job:  # a job is not its customer, although its name begins with the customer's
        return max((fuzz.token_sort_ratio(a, b) for a, b in pairs), default=0.0)
    return max(
        ((fuzz.token_sort_ratio(a, b) + fuzz.token_set_ratio(a, b)) / 2 for a, b in pairs), default=0.0
    )


def _reached_otherwise(one: Profile, other: Profile) -> bool:
    pairs = ((one.email, other.email), (one.phone, other.phone))
    return any(a and b and a != b for a, b in pairs)


class Index:
    """Records to look for likenesses in. Finding takes time by what is alike, not by how many there are: a name is
    compared with the names that share its rarest parts only, so a typing error or a missing word does not hide it."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self.profiles: Sequence[Profile] = tuple(profiles)
        self._by_sign: dict[object, list[int]] = {}
        self._by_part: dict[str, list[int]] = {}
        for at, each in enumerate(self.profiles):
            for sign in _signs(each):
                self._by_sign.setdefault(sign, []).append(at)
            for part in _parts(each):
                self._by_part.setdefault(part, []).append(at)

    def like(self, one: Profile, limit: int) -> list[Match]:
        """What looks most like it, best first."""
        near: set[int] = set()
        for sign in _signs(one):
            found = self._by_sign.get(sign, ())
            if len(found) <= COMMON:
                near.update(found)
        near |= self._named_like(one)
        matches = [match for at in near if (match := likeness(one, self.profiles[at]))]
        return sorted(matches, key=lambda match: (-match.score, match.name, match.id))[:limit]

    def _named_like(self, one: Profile) -> set[int]:
        known = sorted((found for part in _parts(one) if (found := self._by_part.get(part))), key=len)
        rare = [found for found in known[:RARE_PARTS] if len(found) <= NAMES_MOST]
        shared = Counter(chain.from_iterable(rare))
        least = min(SHARED, len(rare))
        near = {
            (at, which): name
            for at, count in shared.items()
            if count >= least
            for which, name in enumerate(self.profiles[at].names)
        }
        # Many at once, without building anything: what stays below cannot be worth a look by its name.
        return {
            at
            for name in one.names
            for _, _, (at, _) in process.extract_iter(
                name, near, scorer=fuzz.token_ratio, score_cutoff=NAME_ALONE
            )
        }


def _signs(of: Profile) -> list[object]:
    found: list[object] = [("place", each) for each in of.places]
    found += [(what, text) for what, text in (("phone", of.phone), ("email", of.email)) if text]
    return found


def _parts(of: Profile) -> set[str]:
    """Three letters in a row, of each word with its edges. The first name holds the words of all others."""
    words = of.names[0].split() if of.names else []
    return {
        padded[at : at + 3] for word in words for padded in (f" {word} ",) for at in range(len(padded) - 2)
    }
