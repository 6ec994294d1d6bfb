"""Fieldledger keeps a field-service system and QuickBooks in step, without losing or duplicating a record."""

__version__ = "0.1.0"
