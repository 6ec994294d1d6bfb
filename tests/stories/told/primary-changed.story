title: The primary side is changed; it decides in a draw
spec: 1.2, 2.5

settings customers.direction=two_way primary=books
quickbooks:
    customer add name=Alba phone=0
sync
quickbooks:
    customer Alba set phone=Q1
field:
    customer Alba set phone=F1
sync
expect quickbooks:
    Alba | phone Q1
expect field:
    Alba | phone Q1 | Synced with warnings

settings primary=field
sync
quickbooks:
    customer Alba set phone=Q2
field:
    customer Alba set phone=F2
sync
expect quickbooks:
    Alba | phone F2
expect field:
    Alba | phone F2 | Synced with warnings
expect settings:
    Setting primary changed from books to field.
