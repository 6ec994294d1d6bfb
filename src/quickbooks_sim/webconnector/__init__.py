"""A Web Connector: reads a .qwc file and drives any server over real HTTP and SOAP, as the real one does.

``qwc`` reads the file, ``registry`` remembers that it was added, ``wire`` is HTTP, ``soap`` the envelopes, ``service``
the calls of the server, ``quickbooks`` the other side, ``session`` the script that joins the two, ``faults`` what can
go wrong on demand, ``log`` the log file, ``command`` the command line. It must never know which server it drives.
"""
