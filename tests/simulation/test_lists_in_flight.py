"""Small lists that are edited at the very moment in which a customer that refers to them is on its way: what the sweep
meets only now and then, told on purpose."""

from __future__ import annotations

import pytest

from fieldledger.journal import holds
from fieldledger.model.kinds import Kind
from tests.simulation.companyfile import AGENCY, Customer
from tests.simulation.store import COMPANY
from tests.simulation.telling import Telling

TERM, TAX = Kind.PAYMENT_TERM, Kind.TAX_RATE


class Calm(Telling):
    """A schedule without faults, people or dice: only what a test does."""

    def __init__(self, direction: str, **settings: str) -> None:
        super().__init__(1, direction, None, 0.0, approve_plans="never", **settings)

    def sync(self, many: int = 1) -> None:
        for _ in range(many):
            self.world.time += 900
            self.connector.session()

    def customer(self, name: str) -> Customer:
        return next(each for each in self.world.own.data.customers.values() if each.name == name)

    def held(self) -> int:
        with self.world.journal.read() as tx:
            return holds.count(tx, COMPANY)


@pytest.mark.parametrize("direction", ["field_to_books", "two_way"])
def test_a_term_that_is_deleted_in_quickbooks_while_a_customer_goes_there(direction: str) -> None:
    """spec 2.1: QuickBooks refuses the customer; once the deletion is known it goes without its term."""
    calm = Calm(direction)
    world = calm.world
    world.field.small[TERM].put_by_hand(COMPANY, None, name="Net 15", due_days=15)
    calm.sync()
    world.field.create(COMPANY, name="ABC", terms="Net 15")
    true = world.quickbooks.execute

    def execute(text: str, death: str = "") -> str:
        term = world.own.named("Terms", "Net 15")
        if "CustomerAddRq" in text and term is not None:
            world.own.delete_entry(term)
        return true(text, death)

    world.quickbooks.execute = execute  # type: ignore[method-assign]
    calm.sync()
    assert calm.held() == 1
    calm.sync(2)
    assert calm.customer("ABC").refs == {}
    assert calm.held() == 0
    assert not world.trace.wrongs


def test_a_tax_that_the_field_system_deleted_is_left_out() -> None:
    """spec 2.1: with the toggle off its people may delete it; a customer that has it in QuickBooks comes without it."""
    calm = Calm("books_to_field", tax_sync="off")
    world = calm.world
    tax = world.field.small[TAX].put_by_hand(COMPANY, None, name="County", rate="7.25")
    calm.sync()
    world.field.small[TAX].delete_by_hand(COMPANY, tax)
    calm.sync()
    world.own.add("ABC").refs["ItemSalesTaxRef"] = "County"
    calm.sync(2)
    (found,) = world.field.there(COMPANY).values()
    assert (found["name"], found["tax_item"]) == ("ABC", None)
    assert calm.held() == 0
    assert not world.trace.wrongs


def test_a_tax_that_the_field_system_deletes_while_a_customer_comes() -> None:
    """The same within one session: refused at first, and let in once the deletion is known."""
    calm = Calm("books_to_field", tax_sync="off")
    world = calm.world
    tax = world.field.small[TAX].put_by_hand(COMPANY, None, name="County", rate="7.25")
    calm.sync()
    world.own.add("ABC").refs["ItemSalesTaxRef"] = "County"

    def delete(call: str) -> None:
        if call == "write" and tax in world.field.small[TAX].raw(COMPANY):
            world.field.small[TAX].delete_by_hand(COMPANY, tax)

    world.field.before = delete
    calm.sync(3)
    assert [each["tax_item"] for each in world.field.there(COMPANY).values()] == [None]
    assert calm.held() == 0


@pytest.mark.parametrize("direction", ["books_to_field", "two_way"])
def test_names_that_change_places_in_quickbooks_change_places_here(direction: str) -> None:
    """spec 5.3: each entry keeps its pair, and no customer is written."""
    calm = Calm(direction, terms_sync="on")
    world = calm.world
    one = world.own.add("ABC")
    one.refs["TermsRef"] = "Net 30"
    calm.sync(2)
    before = {id: row["name"] for id, row in world.field.small[TERM].raw(COMPANY).items()}
    (customer,) = world.field.raw(COMPANY).values()
    written = calm.promises.to_customers
    thirty, fifteen = world.own.named("Terms", "Net 30"), world.own.named("Terms", "Net 15")
    assert thirty is not None
    assert fifteen is not None
    world.own.rename_entry(thirty, "Between")
    world.own.rename_entry(fifteen, "Net 30")
    world.own.rename_entry(thirty, "Net 15")
    calm.sync(2)
    swapped = {"Net 30": "Net 15", "Net 15": "Net 30"}
    after = {id: row["name"] for id, row in world.field.small[TERM].raw(COMPANY).items()}
    assert after == {id: swapped.get(name, name) for id, name in before.items()}
    assert list(world.field.raw(COMPANY).values()) == [customer]
    assert (calm.promises.to_customers, calm.held()) == (written, 0)
    assert not world.trace.wrongs


def test_a_tax_that_a_customer_needs_goes_to_quickbooks_whoever_edited_the_pair_too() -> None:
    """spec 5, field_to_books: both halves of the pair were edited, and it is decided from the side of QuickBooks."""
    calm = Calm("field_to_books", tax_agency=AGENCY)
    world = calm.world
    world.field.small[TAX].put_by_hand(COMPANY, None, name="City", rate="1")
    world.field.small[TAX].put_by_hand(COMPANY, None, name="Village", rate="2")
    number = world.field.create(COMPANY, name="ABC")
    calm.sync(2)
    assert world.own.named("Item", "City") is None
    customer = calm.customer("ABC")
    world.time += 60
    customer.texts["LastName"] = "Bell"
    world.own.edited(customer)
    world.field.edit(COMPANY, number, tax_item="City")
    calm.sync()
    city = world.own.named("Item", "City")
    assert city is not None
    assert (city.texts["TaxRate"], customer.refs["ItemSalesTaxRef"]) == ("1", "City")
    assert world.own.named("Item", "Village") is None
    assert not world.trace.wrongs
