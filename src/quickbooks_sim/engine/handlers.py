"""Which operation executes which request. Data only; a request that is not here is answered with 1030."""

from __future__ import annotations

from quickbooks_sim.engine.company import activity_query, company_query, host_query, preferences_query
from quickbooks_sim.engine.dataext import definition_add, definition_query, extension_del, extension_write
from quickbooks_sim.engine.deletions import list_del, list_deleted_query
from quickbooks_sim.engine.queries import QUERIES, Handler, list_query
from quickbooks_sim.engine.writes import list_add, list_mod

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(QUERIES, list_query),
    **dict.fromkeys(
        (
            "CustomerAddRq",
            "VendorAddRq",
            "AccountAddRq",
            "StandardTermsAddRq",
            "DateDrivenTermsAddRq",
            "SalesTaxCodeAddRq",
            "ItemSalesTaxAddRq",
            "ItemSalesTaxGroupAddRq",
        ),
        list_add,
    ),
    **dict.fromkeys(
        ("CustomerModRq", "VendorModRq", "SalesTaxCodeModRq", "ItemSalesTaxModRq", "ItemSalesTaxGroupModRq"),
        list_mod,
    ),
    "HostQueryRq": host_query,
    "CompanyQueryRq": company_query,
    "PreferencesQueryRq": preferences_query,
    "CompanyActivityQueryRq": activity_query,
    "DataExtDefAddRq": definition_add,
    "DataExtDefQueryRq": definition_query,
    "DataExtAddRq": extension_write,
    "DataExtModRq": extension_write,
    "DataExtDelRq": extension_del,
    "ListDelRq": list_del,
    "ListDeletedQueryRq": list_deleted_query,
}
