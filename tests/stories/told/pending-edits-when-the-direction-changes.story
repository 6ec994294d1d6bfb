title: Both sides have edits that were never agreed on when the direction becomes two-way
spec: 1.2 "never mistaken for a user's edit", 2.4, 2.5

settings customers.direction=books_to_field
quickbooks:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
field:
    customer Alba set phone=F1
    customer Birch set email=f@example.com
sync
wait 1 day
settings customers.direction=two_way
quickbooks:
    customer Alba set phone=Q1
    customer Birch set phone=Q2
sync
expect plan:
    waits: Setting customers.direction changed from books_to_field to two_way.
    update Alba in the field system; Phone F1 -> Q1
    update Birch in the field system; Phone 2 -> Q2
    update Birch in QuickBooks; Email nothing -> f@example.com
approve
sync
expect quickbooks:
    Alba | phone Q1
    Birch | phone Q2 | email f@example.com
expect field:
    Alba | phone Q1 | Synced with warnings
    Birch | phone Q2 | email f@example.com | Synced
