"""Finds the reference material (schema, WSDL, captures) that tests check against and that is not part of the project.

It lies in a folder ``shared`` beside the checkout, or where FIELDLEDGER_SHARED points. Where it is absent the
test is skipped; with CI=true nothing may be skipped, so there it fails.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("FIELDLEDGER_SHARED", Path(__file__).resolve().parents[3] / "shared"))


def shared(name: str) -> Path:
    """The path of one reference file, e.g. ``shared("reference/qbxml/xsd-13.0/qbxmlops130.xsd")``."""
    path = ROOT / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"reference file {name} is missing, and in CI nothing may be skipped")
        pytest.skip(f"reference file {name} is not on this machine")
    return path
