title: Terms and tax come from QuickBooks in both directions; a choice of a customer goes either way, and nothing is emptied
spec: 5, 2.1 "one that is absent is not stated and is never written"

settings customers.direction=two_way
quickbooks:
    terms add name="Net 30" days=30
    terms add name="Net 15" days=15
    vendor add name="State Board"
    taxitem add name="County Tax" rate=7.25 agency="State Board"
    customer add name=Alba terms="Net 30" taxitem="County Tax"
sync
expect field:
    Alba | terms Net 30 | taxitem County Tax | Synced

= Blank here is "not stated": it is not written there.
field:
    customer Alba set terms="" phone=1
sync
expect quickbooks:
    Alba | phone 1 | terms Net 30 | taxitem County Tax

field:
    customer Alba set terms="Net 15"
sync
expect quickbooks:
    Alba | phone 1 | terms Net 15 | taxitem County Tax

= New terms are added in QuickBooks, where the lists come from. Here they can be chosen after the next sync.
quickbooks:
    terms add name="Net 90" days=90
sync
field:
    customer Alba set terms="Net 90" phone=2
sync
expect quickbooks:
    Alba | phone 2 | terms Net 90 | taxitem County Tax
