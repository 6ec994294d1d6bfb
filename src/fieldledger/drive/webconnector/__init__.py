"""The Web Connector calls, we answer: SOAP over HTTP on one address.

``endpoint`` is HTTP, ``envelope`` SOAP, ``operations`` what each call means, ``login`` who may call, ``qwc`` the file
that a user adds to the Web Connector, ``wsdl`` the description of it all. It must never decide what is synced: that is
the engine's.
"""
