"""Kills the server, QuickBooks and the Web Connector at every point of a story, and compares how it ends."""
