"""The official schema, which is not part of the project."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.support.shared import shared


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared("reference/qbxml/xsd-13.0/qbxmlops130.xsd")))
