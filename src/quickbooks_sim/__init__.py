"""A QuickBooks Desktop to test against: company file, request processor and Web Connector.

A product of its own: it knows nothing of the programs that are tested with it, and must never import them.
"""
