"""A simulated QuickBooks that is asked in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from fieldledger.books.desktop import requests
from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.books.desktop.kinds import KINDS
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import Record
from fieldledger.session.ports import AnswerHead, Ask, Item, ReadList, ReadNamed, SetStatus, Write
from quickbooks_sim.build import add_tax_codes, new_file
from quickbooks_sim.edit import apply_script
from quickbooks_sim.requestprocessor import RequestProcessor
from tests.books.wire import by_ids, whole

TAXES = (
    "<VendorAddRq><VendorAdd><Name>Tax Agency</Name></VendorAdd></VendorAddRq>"
    "<StandardTermsAddRq><StandardTermsAdd><Name>Net 15 &#233;</Name><StdDueDays>15</StdDueDays></StandardTermsAdd>"
    "</StandardTermsAddRq><ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>State &amp; City</Name><TaxRate>7.5</TaxRate>"
    "<TaxVendorRef><FullName>Tax Agency</FullName></TaxVendorRef></ItemSalesTaxAdd></ItemSalesTaxAddRq>"
    "<DateDrivenTermsAddRq><DateDrivenTermsAdd><Name>10th</Name><IsActive>false</IsActive><DayOfMonthDue>10</DayOfMonthDue>"
    "</DateDrivenTermsAdd></DateDrivenTermsAddRq>"
    "<ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>Old Tax</Name><IsActive>false</IsActive><TaxRate>0</TaxRate>"
    "</ItemSalesTaxAdd></ItemSalesTaxAddRq>"
    "<ItemSalesTaxGroupAddRq><ItemSalesTaxGroupAdd><Name>Both</Name><ItemSalesTaxRef>"
    "<FullName>State &amp; City</FullName></ItemSalesTaxRef></ItemSalesTaxGroupAdd></ItemSalesTaxGroupAddRq>"
)


REFERENCES = {"terms": Kind.PAYMENT_TERM, "tax_code": Kind.SALES_TAX_CODE, "tax_item": Kind.TAX_RATE}


class QuickBooks:
    """One company file, asked in our own words."""

    def __init__(self, processor: RequestProcessor) -> None:
        self.processor = processor
        processor.open_connection("", "Tester")
        self.ticket = processor.begin_session("")
        self.books = DesktopBooks()
        self.sets = 0

    def does(self, *bodies: str) -> list[Item]:
        """The answers to writes."""
        some = [
            requests.request(f"{body[1:].split('>')[0]}Rq", f"{n}", body) for n, body in enumerate(bodies, 1)
        ]
        return whole(self.processor.process_request(self.ticket, requests.message_set(some)))

    def record(self, *items: Item) -> Record:
        """The record of an answer that went well."""
        head, found = items
        assert isinstance(head, AnswerHead)
        assert head.outcome.verdict is Verdict.DONE, head.outcome
        assert isinstance(found, Record)
        return found

    def look_up(self, *ids: str, kind: Kind = Kind.CUSTOMER) -> list[Item]:
        ask = by_ids(*ids, kind=kind)
        return whole(self.processor.process_request(self.ticket, DesktopBooks().encode([ask])), ask)

    def look_up_names(self, *names: str, kind: Kind = Kind.CUSTOMER) -> list[Item]:
        return self.asked(ReadNamed(id="1", kind=kind, names=names))

    def whole_list(self, kind: Kind) -> dict[str, Record]:
        """All records of a small list, by name."""
        items = self.asked(ReadList(id="1", kind=kind))
        return {item.values["name"]: item for item in items if isinstance(item, Record)}

    def referring(self, some: dict[str, Any]) -> dict[str, Any]:
        """A customer whose references are given by name, with the ids that they have here."""
        found = {key: self.whole_list(kind) for key, kind in REFERENCES.items() if some.get(key)}
        return {**some, **{key: records[some[key]].id for key, records in found.items()}}

    def asked(self, *asks: Ask, set_id: str = "", old_id: str = "") -> list[Item]:
        """Asks and their answers, all by way of the port."""
        text = self.books.encode(asks, set_id=set_id, old_id=old_id)
        return whole(self.processor.process_request(self.ticket, text), *asks)

    def writes(self, *some: Write) -> list[Item]:
        """Under a set id of their own, as the engine sends them. Without the status of the set, which must be good."""
        self.sets += 1
        status, *items = self.asked(*some, set_id=f"set-{self.sets}")
        assert isinstance(status, SetStatus)
        assert status.outcome.verdict is Verdict.DONE
        return items

    def stored(self, set_id: str, *some: Write) -> list[Item]:
        """What a status check answers."""
        text = self.books.encode([], set_id=set_id, old_id=set_id)
        return whole(self.processor.process_request(self.ticket, text), *some)

    def again(self) -> None:
        """Opens QuickBooks after it died."""
        self.processor.open_connection("", "Tester")
        self.ticket = self.processor.begin_session("")

    def does_itself(self, script: str) -> None:
        """Somebody works in QuickBooks."""
        apply_script(self.processor.company, script)

    def switch(self, name: str, value: str) -> None:
        with self.processor.company.writing():
            self.processor.company.set_switch(name, value)

    def delete(self, record: Record) -> None:
        answer = self.try_to_delete(record)
        assert answer.get("statusCode") == "0", answer.attrib

    def try_to_delete(self, record: Record) -> etree._Element:
        forms = KINDS[record.kind].forms
        form = forms[record.values.get("form") == "date_driven" or bool(record.values.get("components"))]
        body = f"<ListDelType>{form.deleted}</ListDelType><ListID>{record.id}</ListID>"
        text = requests.message_set([requests.request("ListDelRq", "1", body)])
        return etree.fromstring(self.processor.process_request(self.ticket, text))[0][0]


@contextmanager
def quickbooks_of(folder: Path) -> Iterator[QuickBooks]:
    """A company file with two terms, two tax codes, two tax items and a group of them, on a day that does not end."""
    with new_file(folder / "company.qbs", "Test Company") as company:
        with company.writing():
            company.set_switch("clock", "frozen 2026-03-02T10:00:00")
            add_tax_codes(company)
        opened = QuickBooks(RequestProcessor(company))
        answers = opened.processor.process_request(opened.ticket, requests.message_set([TAXES]))
        assert {answer.get("statusCode") for answer in etree.fromstring(answers)[0]} == {"0"}
        yield opened
