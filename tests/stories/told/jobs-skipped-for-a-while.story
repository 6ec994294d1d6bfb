title: Jobs are left out for a while; what was edited meanwhile goes when they are taken in again, after it was shown
spec: 1.1, 1.2, 3.3, 2.4

settings customers.direction=two_way
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Main parent=Carefree phone=2
sync
settings jobs=skip
sync
field:
    customer Carefree:Main set phone=22
quickbooks:
    customer Carefree:Main set email=q@example.com
sync
expect quickbooks:
    Carefree | phone 1
    Carefree:Main | phone 2 | email q@example.com
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 22 | Skipped
settings jobs=as_customers
sync
expect plan:
    waits: Setting jobs changed from skip to as_customers.
    update Carefree in the field system; Email nothing -> q@example.com
    update Carefree in QuickBooks; Phone 2 -> 22
approve
sync
expect quickbooks:
    Carefree | phone 1
    Carefree:Main | phone 22 | email q@example.com
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 22 | email q@example.com | Synced
