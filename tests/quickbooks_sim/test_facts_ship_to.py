"""The Ship To list of a customer: fifty names, one default at most, and the ShipAddress that mirrors it (rule 35)."""

from __future__ import annotations

import pytest

from quickbooks_sim.edit import EditError, apply_script
from quickbooks_sim.errors import QuickBooksError
from tests.quickbooks_sim.conftest import Books


def ship_to(name: str, default: str = "false", street: str = "1 Way") -> str:
    inner = f"<Name>{name}</Name><Addr1>{street}</Addr1><DefaultShipTo>{default}</DefaultShipTo>"
    return f"<ShipToAddress>{inner}</ShipToAddress>"


def test_fifty_ship_to_addresses_and_no_more(books: Books) -> None:
    """Rule 35: the schema refuses 51 in one request; merged into a list they are refused by QuickBooks itself."""
    fifty = "".join(ship_to(f"Place {n}", "true" if n == 49 else "0") for n in range(50))
    ret = books.add_customer("Ann", fifty)
    assert len(ret.findall("ShipToAddress")) == 50
    assert ret.findtext("ShipAddress/Addr1") == "1 Way"
    with pytest.raises(QuickBooksError, match="0x80040400"):
        books.add_customer("Bob", fifty + ship_to("One more"))
    books.set(ship_to_mod="merge")
    answer = books.mod_customer(ret, ship_to("One more"))
    assert (answer.get("statusCode"), len(answer)) == ("3210", 0)
    with pytest.raises(EditError, match="The list is full"):
        apply_script(books.company, 'customer Ann shipto add name="One more" addr1=x')
    assert len(books.customer("Ann").findall("ShipToAddress")) == 50


def test_the_ship_address_is_the_default_entry_through_all_its_changes(books: Books) -> None:
    def state() -> tuple[list[tuple[str | None, str | None]], str | None]:
        ret = books.customer("Ann")
        entries = [
            (one.findtext("Name"), one.findtext("DefaultShipTo")) for one in ret.findall("ShipToAddress")
        ]
        assert sum(default == "true" for _, default in entries) <= 1
        return entries, ret.findtext("ShipAddress/Addr1")

    books.add_customer("Ann", "<ShipAddress><Addr1>0 Way</Addr1></ShipAddress>")
    assert state() == ([("Ship To 1", "true")], "0 Way")
    books.mod_customer(books.customer("Ann"), ship_to(" Home ", "true", "1 Way") + ship_to("Shop"))
    assert state() == ([("Home", "true"), ("Shop", "false")], "1 Way")
    books.mod_customer(books.customer("Ann"), "<ShipAddress><Addr1>9 Way</Addr1></ShipAddress>")
    assert state() == ([("Home", "true"), ("Shop", "false")], "9 Way")
    apply_script(books.company, 'customer Ann shipto set Shop addr1="3 Way" default=true')
    assert state() == ([("Home", "false"), ("Shop", "true")], "3 Way")
    apply_script(books.company, "customer Ann shipto set Shop name=Store")
    assert state() == ([("Home", "false"), ("Store", "true")], "3 Way")
    apply_script(books.company, "customer Ann shipto remove store")
    assert state() == ([("Home", "false")], None), "no default is invented"
    for name in ("home", " HOME "):
        assert (
            books.mod_customer(books.customer("Ann"), ship_to("Home") + ship_to(name)).get("statusCode")
            == "3210"
        )
    assert books.mod_customer(books.customer("Ann"), ship_to(" ")).get("statusCode") == "3210"
    assert books.mod_customer(books.customer("Ann"), ship_to("n" * 42)).get("statusCode") == "3070"
    assert state() == ([("Home", "false")], None)
