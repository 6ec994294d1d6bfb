title: Terms and tax are matched by name; what QuickBooks does not have waits with a note, and nothing is emptied
spec: 2.1 "one that is absent is not stated and is never written"

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
    customer Alba set terms="net 15"
sync
expect quickbooks:
    Alba | phone 1 | terms Net 15 | taxitem County Tax

= QuickBooks has no such terms.
field:
    customer Alba set terms="Net 90" phone=2
sync
expect quickbooks:
    Alba | phone 2 | terms Net 15 | taxitem County Tax
expect log:
    updated Alba: Changed in the field system: Phone.
    noted Alba: QuickBooks has no such entry: Payment terms 'Net 90'. That field waits; all others are synced.

= They are added there: what waited goes.
quickbooks:
    terms add name="Net 90" days=90
sync
expect quickbooks:
    Alba | phone 2 | terms Net 90 | taxitem County Tax
