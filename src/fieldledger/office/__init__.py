"""What people ask of the connector, as functions that answer with plain data. CLI, REST and pages are its faces:
whatever one of them can do, the others can do the same way, and a sentence stands in one place.
"""
