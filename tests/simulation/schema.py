"""The official schema, where it is at hand: is what we send what QuickBooks accepts?"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tests.simulation.promises import Schema
from tests.support.shared import ROOT

NAME = "reference/qbxml/xsd-13.0/qbxmlops130.xsd"


def load(path: Path) -> Schema:
    """Parses the schema once. The result tells what is wrong with a document, "" = nothing."""
    schema = etree.XMLSchema(etree.parse(path))

    def check(root: etree._Element) -> str:
        return "" if schema.validate(root) else str(schema.error_log.last_error)

    return check


def at_hand() -> Schema | None:
    path = ROOT / NAME
    return load(path) if path.exists() else None
