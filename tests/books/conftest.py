"""The official schema, which is not part of the project, and a simulated QuickBooks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree

from tests.books.simulated import QuickBooks, quickbooks_of
from tests.support.shared import shared


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared("reference/qbxml/xsd-13.0/qbxmlops130.xsd")))


@pytest.fixture(scope="module")
def quickbooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuickBooks]:
    with quickbooks_of(tmp_path_factory.mktemp("books")) as opened:
        yield opened
