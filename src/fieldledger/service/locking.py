"""What the desk is told of a company's settings the moment that they are chosen, so that what comes from QuickBooks is
read-only from then on (spec 5.1) and not only from the next sync, which tells it too.
"""

from __future__ import annotations

from fieldledger.desk.store import Store
from fieldledger.journal import Journal, companies
from fieldledger.policy.sentences import field_policy
from fieldledger.policy.settings import as_policies, complete


def tell(journal: Journal, store: Store, company: str) -> None:
    """Which way each kind of record of this company goes, and what is locked. A company that there is not is none."""
    with journal.read() as tx:
        found = companies.get(tx, company)
    if found is not None:
        store.set_policy(company, field_policy(as_policies(complete(found.settings))))


def tell_all(journal: Journal, store: Store) -> None:
    """The same of every company: settings may have changed while no server ran."""
    with journal.read() as tx:
        every = [company.id for company in companies.all_of(tx)]
    for company in every:
        tell(journal, store, company)
