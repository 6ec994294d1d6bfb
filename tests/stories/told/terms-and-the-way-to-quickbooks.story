title: Customers go to QuickBooks, and the terms that they need are matched by name there, or made
spec: 5 field_to_books "matched by name in QuickBooks, or created there"

settings customers.direction=field_to_books
quickbooks:
    terms add name="Net 30" days=30
field:
    terms add name="Net 30" days=30
    terms add name="Net 90" days=90
    terms add name="Net 99" days=99
    customer add name=Alba terms="Net 30"
    customer add name=Birch terms="Net 90"
sync
expect quickbooks:
    Alba | terms Net 30
    Birch | terms Net 90

= A choice of terms goes; emptied here, it is "not stated" and stays there.
field:
    customer Alba set terms="Net 90"
    customer Birch set terms="" phone=1
sync
expect quickbooks:
    Alba | terms Net 90
    Birch | phone 1 | terms Net 90
