"""A Web Connector: reads a .qwc file and drives any server over real HTTP and SOAP, as the real one does."""
