"""What is particular to customers in the REST API; the routes themselves are in `record_rest`."""

from fieldledger.desk.customers import CustomerCreate, CustomerFields, CustomerPatch, CustomerPut, Location
from fieldledger.desk.record_rest import RestKind, Shown


class CustomerShown(CustomerFields, Shown):
    """A customer. Without locations of its own it shows one that stands in for them, its billing address. A location
    with a job comes from QuickBooks and is read-only. terms, tax_code and tax_item are names; beside each stands its
    number. sync: null while the sync has said nothing of it."""

    locations: list[Location]


CUSTOMERS = RestKind(
    path="customers", key="customer", noun="customer", nouns="customers", fields=CustomerFields, create=CustomerCreate,
    patch=CustomerPatch, put=CustomerPut, shown=CustomerShown,
    searched="Name, contact, phone, email, address, QuickBooks job.", names="Names need not be unique.", deleting="",
)  # fmt: skip
