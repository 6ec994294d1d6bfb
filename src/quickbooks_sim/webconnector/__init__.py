"""A Web Connector: reads a .qwc file and drives any server over real HTTP and SOAP, as the real one does.

``qwc`` reads the file, ``wire`` is HTTP, ``soap`` the envelopes, ``session`` the script that joins a server and a
QuickBooks, ``faults`` what can go wrong on demand, ``log`` the log file, ``command`` the command line. It must never
know which server it drives.
"""
