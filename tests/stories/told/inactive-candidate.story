title: An inactive customer of QuickBooks bears the name: linking always asks a person
spec: 2.7 "Reads ask for inactive records too", 2.10

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer Alba inactive
    customer add name=Birch phone=2
    customer Birch inactive
field:
    customer add name=Alba phone=11
sync
expect quickbooks:
    Alba | phone 1 | inactive
    Birch | phone 2 | inactive
expect field:
    Alba | phone 11 | Needs attention
expect attention:
    Alba: Both sides have a customer named Alba (no. 1), and one of the two is inactive. They are not linked without a person.
solve Alba = link
sync
expect attention:
    nothing
# Of the same second: the primary (QuickBooks) counts, the active flag included.
expect quickbooks:
    Alba | phone 1 | inactive
    Birch | phone 2 | inactive
expect field:
    Alba | phone 1 | inactive | Synced
