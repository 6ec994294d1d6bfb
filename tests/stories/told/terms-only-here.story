title: Terms that only the field system has wait with a note while the lists come from QuickBooks, and go once they are there
spec: 5 two_way; 2.1
# The desk refuses terms that it does not have, and lets nobody add any while they come from QuickBooks.
house: another make

settings customers.direction=two_way
quickbooks:
    terms add name="Net 15" days=15
    customer add name=Alba terms="Net 15"
sync

= QuickBooks has no such terms.
field:
    customer Alba set terms="Net 90" phone=2
sync
expect quickbooks:
    Alba | phone 2 | terms Net 15
expect log:
    updated Alba: Changed in the field system: Phone.
    noted Alba: QuickBooks has no such entry: Payment terms 'Net 90'. That field waits; all others are synced.

= They are added there: what waited goes.
quickbooks:
    terms add name="Net 90" days=90
sync
expect quickbooks:
    Alba | phone 2 | terms Net 90
