"""The desk: the field-service system that ships with Fieldledger, so that the product works without anyone else's.

It is somebody else's system that happens to live here: it knows nothing of the engine, which reaches it through its
REST API only and could talk to another field-service system just as well.
"""
