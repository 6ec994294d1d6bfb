"""What the pages of customers say: what happened, and what a press means for QuickBooks, by the direction that the sync
engine told last. Words only; the wording of its own notices comes from the engine.
"""

from __future__ import annotations

from collections.abc import Mapping

TOLD: Mapping[str, str] = {
    "created": "The customer was added.",
    "saved": "Your changes are saved.",
    "deleted": "The customer was deleted. What QuickBooks has of it stays there and is not imported again.",
    "active": "The customer is active again.",
    "inactive": "The customer is inactive now. It is kept, and shown under Inactive.",
    "changed": "Somebody else changed this customer meanwhile, so nothing was done. Look at it again, then decide.",
    "none": "Select customers first: tick the boxes beside their names.",
    "all-deactivated": "Done: the selected customers are inactive now. They are kept, and shown under Inactive.",
    "all-activated": "Done: the selected customers are active again.",
    "all-deleted": "Done: the selected customers were deleted. What QuickBooks has of them stays there and is not "
    "imported again.",
}

DELETING: Mapping[bool, str] = {
    False: "In QuickBooks nothing is deleted: if the customer is there, it stays as it is, and is not imported again "
    "until somebody asks for it.",
    True: "In QuickBooks nothing is deleted: those that are there stay as they are, and are not imported again until "
    "somebody asks for them.",
}
"""By whether it is about several customers (spec 2.11)."""

FOLLOWS = "The next sync does the same in QuickBooks."
STAYS = (
    "QuickBooks is not changed: customers come from there. When a customer changes there, it becomes here again what "
    "it is there."
)
SWITCHING: Mapping[str, str] = {"books_to_field": STAYS, "field_to_books": FOLLOWS, "two_way": FOLLOWS}
"""What activating or deactivating means, by direction (spec 2.2, 2.10)."""
