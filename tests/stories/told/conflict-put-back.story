title: Both sides edit the phone; the later one counts, and the other is put back by a person
spec: 2.4, 2.5, 9.2, 10.2

settings customers.direction=two_way primary=books
quickbooks:
    customer add name=Alba phone=555-0100 email=a@example.com
sync
quickbooks:
    customer Alba set phone=555-0111
wait 1 hour
field:
    customer Alba set phone=555-0122 first=Ann
sync
expect quickbooks:
    Alba | first Ann | phone 555-0122 | email a@example.com
expect field:
    Alba | first Ann | phone 555-0122 | email a@example.com | Synced with warnings

put back Alba = phone
sync
expect quickbooks:
    Alba | first Ann | phone 555-0111 | email a@example.com
expect field:
    Alba | first Ann | phone 555-0111 | email a@example.com | Synced
