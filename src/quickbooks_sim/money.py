"""Money and percentages between the texts of qbXML and numbers. Cents are whole; nothing here may know a float."""

from __future__ import annotations


def cents(text: str) -> int:
    """An amount of qbXML (none or two decimals, "" is 0) in cents."""
    whole, _, part = text.strip().lstrip("+-").partition(".")
    value = int(whole or 0) * 100 + int(part or 0)
    return -value if text.strip().startswith("-") else value


def amount(value: int) -> str:
    """Cents as QuickBooks prints money: ``-55.00``."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02}"


def percent(text: str) -> str:
    """A percentage as QuickBooks prints it: at least two decimals."""
    whole, _, part = text.strip().removeprefix("+").partition(".")
    return f"{whole or '0'}.{part.ljust(2, '0')}"
