title: Values of the field system that QuickBooks overwrote are put back by a person, and stay until QuickBooks changes again
spec: 2.2, 10.2, 10.6

settings customers.direction=books_to_field
quickbooks:
    customer add name=Alba phone=1 first=Ann
sync
field:
    customer Alba set first=Zoe
sync
quickbooks:
    customer Alba set phone=2
sync
expect field:
    Alba | first Ann | phone 2 | Synced
put back Alba = first_name
sync
expect quickbooks:
    Alba | first Ann | phone 2
expect field:
    Alba | first Zoe | phone 2 | Synced with warnings
sync full
expect field:
    Alba | first Zoe | phone 2 | Synced with warnings
quickbooks:
    customer Alba set phone=3
sync
expect field:
    Alba | first Ann | phone 3 | Synced
