"""Where nobody knows for sure how QuickBooks behaves, or versions differ: every reading, chosen by the seed."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Manners:
    """summer_offset   the true offset is printed in summer; else standard time's, as most versions do
    ship_to_replaced   ShipToAddress in a Mod replaces the list; else entries are merged by their names
    address_replaced   an address in a Mod replaces all lines; else lines that are not sent stay
    tells_guid         ExternalGUID comes back in answers
    unknown_set        the code of a status check for an ID that was never seen
    lost_set_runs      a set whose answer was lost runs when it comes again; else 9002
    unknown_old_runs   a new set runs although the old ID beside it is unknown; else 600 and nothing is done
    same_by_text       the whole text makes a set the same under its ID; else its requests
    missing_is_500     a query for an id that is not there answers 500 beside the others; else 3120 alone
    iterator_lives     an iterator walks the list as it is by now; else as it was when it began
    jobs_follow        a customer that is made inactive takes its jobs along
    """

    summer_offset: bool
    ship_to_replaced: bool
    address_replaced: bool
    tells_guid: bool
    unknown_set: str
    lost_set_runs: bool
    unknown_old_runs: bool
    same_by_text: bool
    missing_is_500: bool
    iterator_lives: bool
    jobs_follow: bool

    @classmethod
    def drawn(cls, dice: random.Random) -> Manners:
        return cls(
            summer_offset=dice.random() < 0.3,
            ship_to_replaced=dice.random() < 0.6,
            address_replaced=dice.random() < 0.5,
            tells_guid=dice.random() < 0.6,
            unknown_set=dice.choice(("600", "9002")),
            lost_set_runs=dice.random() < 0.7,
            unknown_old_runs=dice.random() < 0.6,
            same_by_text=dice.random() < 0.4,
            missing_is_500=dice.random() < 0.7,
            iterator_lives=dice.random() < 0.3,
            jobs_follow=dice.random() < 0.4,
        )
