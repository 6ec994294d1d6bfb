"""Shared pieces for the simulator's tests: a company file, a way to ask it, the official schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from quickbooks_sim.build import add_tax_codes, load, new_file
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.sample import SAMPLE_NAME, fill_sample
from tests.support.shared import shared

Ask = Callable[..., etree._Element]


class Books:
    """An open company with a session. `ask` sends requests and returns QBXMLMsgsRs."""

    def __init__(self, company: CompanyFile) -> None:
        self.company = company
        self.processor = RequestProcessor(company)
        self.begin()

    def begin(self, app: str = "Tester") -> None:
        self.processor.open_connection("", app)
        self.ticket = self.processor.begin_session("")

    def text(
        self, requests: str, on_error: str = "continueOnError", version: str = "13.0", **ids: str
    ) -> str:
        recovery = "".join(f' {name}="{value}"' for name, value in ids.items())
        return self.processor.process_request(
            self.ticket,
            f'<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{version}"?>\n'
            f'<QBXML><QBXMLMsgsRq onError="{on_error}"{recovery}>{requests}</QBXMLMsgsRq></QBXML>',
        )

    def ask(self, requests: str, on_error: str = "continueOnError", **ids: str) -> etree._Element:
        root = etree.fromstring(self.text(requests, on_error, **ids).encode())
        return root[0]

    def one(self, request: str) -> etree._Element:
        return self.ask(request)[0]

    def code(self, request: str) -> str:
        return str(self.one(request).get("statusCode"))

    def add_customer(self, name: str, more: str = "") -> etree._Element:
        answer = self.one(
            f"<CustomerAddRq><CustomerAdd><Name>{name}</Name>{more}</CustomerAdd></CustomerAddRq>"
        )
        assert answer.get("statusCode") == "0", answer.get("statusMessage")
        return answer[0]

    def mod_customer(self, ret: etree._Element, fields: str) -> etree._Element:
        return self.one(
            f"<CustomerModRq><CustomerMod><ListID>{ret.findtext('ListID')}</ListID>"
            f"<EditSequence>{ret.findtext('EditSequence')}</EditSequence>{fields}</CustomerMod></CustomerModRq>"
        )

    def customer(self, full_name: str) -> etree._Element:
        return self.one(f"<CustomerQueryRq><FullName>{full_name}</FullName></CustomerQueryRq>")[0]

    def set(self, **switches: str) -> None:
        for name, value in switches.items():
            self.company.set_switch(name, value)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """A new company with a clock that stands still, in the oldest QuickBooks that takes qbXML 13.0."""
    with new_file(tmp_path / "books.qbs", "Test Company") as company:
        with company.writing():
            company.set_switch("clock", "frozen 2026-03-02T10:00:00")
            company.set_switch("qbxml_version", "13.0")
            add_tax_codes(company)
        yield Books(company)


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Books]:
    """The sample company."""
    with new_file(tmp_path / "sample.qbs", SAMPLE_NAME, sample=True) as company:
        with company.writing():
            fill_sample(company)
        yield Books(company)


@pytest.fixture
def captured(tmp_path: Path) -> Iterator[Books]:
    """The captured sample company: 146 customers and jobs, 116 accounts."""
    paths = [
        shared("reference/qbxml/captures/024-CustomerQueryRs-146-sample-company.xml"),
        shared("reference/qbxml/captures/025-AccountQueryRs-116-sample-company.xml"),
    ]
    with new_file(tmp_path / "captured.qbs", "Captured") as company:
        with company.writing():
            load(company, paths)
        yield Books(company)


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    """Intuit's schema, which is not part of the project."""
    return etree.XMLSchema(etree.parse(shared("reference/qbxml/xsd-13.0/qbxmlops130.xsd")))
