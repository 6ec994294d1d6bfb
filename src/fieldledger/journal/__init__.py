"""The only durable state of the engine: companies, leases, runs, cursors, sights, links, plans, actions, holds, events.

`Journal` opens the store and gives transactions; the functions of the sibling modules work inside one. A write
transaction takes the write lock at once, so two writers queue instead of failing. What a caller must do together it
does in one transaction, and nothing is sent anywhere while one is open.
"""

from fieldledger.journal.database import Journal, Tx

__all__ = ["Journal", "Tx"]
