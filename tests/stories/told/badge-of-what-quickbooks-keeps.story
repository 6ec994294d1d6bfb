title: QuickBooks keeps a Ship To entry that was removed here; a later edit of the phone does not make that badge green
spec: 3.4, 9.4 "Synced with warnings", 9.5 "Green is shown only on what QuickBooks itself returned"

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer Alba shipto add name=Only addr1="1 Elm St"
sync
field:
    customer Alba place remove Only
sync
quickbooks:
    customer Alba set phone=2
sync
expect field:
    Alba | phone 2 | Synced with warnings
