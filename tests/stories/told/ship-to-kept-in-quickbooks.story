title: QuickBooks keeps a Ship To entry although it was removed here: noted once, not imported again, not retried
spec: 3.4 "An entry that QuickBooks keeps although it was removed", 10.3

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer Alba shipto add name=Only addr1="1 Elm St"
sync
field:
    customer Alba place remove Only
sync
# A request cannot say "none": QuickBooks keeps the last entry.
expect quickbooks:
    Alba | phone 1 | places Only (1 Elm St)
expect field:
    Alba | phone 1 | Synced with warnings
expect log:
    updated Alba: Changed in the field system: Service locations.
    noted Alba: QuickBooks keeps it otherwise than it was sent: Service locations. It is not sent again.
quickbooks:
    customer Alba set phone=2
sync full
expect quickbooks:
    Alba | phone 2 | places Only (1 Elm St)
expect log:
    updated Alba: Changed in QuickBooks: Phone.
