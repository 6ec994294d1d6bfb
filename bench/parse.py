"""Reading qbXML: our records against lxml to nested dicts, over the same generated answer.

``python -m bench.parse FILE`` reads a file with ours and prints nothing, for measuring memory; ``idle`` only imports.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from bench.measure import Row, best, peak_megabytes
from fieldledger.books.desktop.codec import DesktopBooks
from quickbooks_sim.build import new_file
from quickbooks_sim.generate import generate_customers
from quickbooks_sim.requestprocessor import RequestProcessor

QUERY = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    '<CustomerQueryRq requestID="1"><ActiveStatus>All</ActiveStatus></CustomerQueryRq></QBXMLMsgsRq></QBXML>'
)


def rows(folder: Path, customers: int) -> Iterator[Row]:
    answer = folder / "answer.xml"
    answer.write_text(make(folder / "company.qbs", customers), encoding="ascii")
    text = answer.read_bytes()
    theirs = best(lambda: as_dicts(text))
    ours = best(lambda: read(text))
    peak = peak_megabytes("bench.parse", str(answer))
    yield Row(
        f"parse {customers:,} CustomerRet ({len(text) / 1e6:.0f} MB) to records", ours, "lxml to nested dicts",
        ours / theirs, f"{customers / ours:,.0f} a second, {peak:.0f} MB at the peak, the text included",
    )  # fmt: skip


def make(file: Path, customers: int) -> str:
    """The simulator's answer to a query for everything."""
    with new_file(file, "Bench") as company:
        with company.writing():
            generate_customers(company, customers)
        processor = RequestProcessor(company)
        processor.open_connection("", "bench")
        return processor.process_request(processor.begin_session(""), QUERY)


def read(text: bytes) -> int:
    return sum(1 for _ in DesktopBooks().decode(text))


def as_dicts(text: bytes) -> Any:
    return nested(etree.fromstring(text, etree.XMLParser(huge_tree=True, resolve_entities=False)))


def nested(element: etree._Element) -> Any:
    if not len(element):
        return element.text
    found: dict[str, Any] = {}
    for child in element:
        value = nested(child)
        if child.tag in found:
            if not isinstance(found[child.tag], list):
                found[child.tag] = [found[child.tag]]
            found[child.tag].append(value)
        else:
            found[child.tag] = value
    return found


if __name__ == "__main__" and sys.argv[1:] and sys.argv[1] != "idle":
    read(Path(sys.argv[1]).read_bytes())
elif __name__ == "__main__" and not sys.argv[1:]:
    with tempfile.TemporaryDirectory() as made:
        for row in rows(Path(made), 10_000):
            print(row)
