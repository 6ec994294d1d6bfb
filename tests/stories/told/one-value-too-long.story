title: A phone that is too long for QuickBooks is refused with the field and the limit; all else goes on, also of this customer
spec: 2.1 "refused with a message that names the field and the limit, never cut", 10.5, 10.4

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
field:
    customer Alba set phone="555-0100 extension 12345"
    customer Birch set phone=22
quickbooks:
    customer Alba set email=a@example.com
sync
expect quickbooks:
    Alba | phone 1 | email a@example.com
    Birch | phone 22
expect field:
    Alba | phone 555-0100 extension 12345 | email a@example.com | Needs attention
    Birch | phone 22 | Synced
= QuickBooks changes once more: it still comes, and what waits still waits.
quickbooks:
    customer Alba set email=b@example.com
sync
expect field:
    Alba | phone 555-0100 extension 12345 | email b@example.com | Needs attention
    Birch | phone 22 | Synced
= Corrected, it goes.
field:
    customer Alba set phone="555-0100 x 12345"
sync
expect quickbooks:
    Alba | phone 555-0100 x 12345 | email b@example.com
    Birch | phone 22
expect field:
    Alba | phone 555-0100 x 12345 | email b@example.com | Synced
    Birch | phone 22 | Synced
expect attention:
    nothing
