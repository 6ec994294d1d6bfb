title: Two of a name in the field system; the one that went is renamed, so the other can go
spec: 2.7 field_to_books, 2.8

settings customers.direction=field_to_books
field:
    customer add name=Alba phone=1
    customer add name=Alba phone=2
sync
expect quickbooks:
    Alba | phone 1
field:
    customer "Alba#1" rename "Alba of Dover"
sync
sync
expect quickbooks:
    Alba of Dover | phone 1
    Alba | phone 2
expect field:
    Alba of Dover | phone 1 | Synced
    Alba | phone 2 | Synced
expect attention:
    nothing
