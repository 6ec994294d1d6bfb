title: A job's name and phone are edited at once: one is written, the other noted, and the badge says so
spec: 3.1, 9.4 "Synced with warnings"

settings customers.direction=two_way
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Carefree parent=Carefree phone=2
sync
field:
    customer Carefree:Carefree rename "Carefree, Main Office"
    customer Carefree:Carefree set phone=22
sync
expect log:
    updated Carefree, Main Office: Changed in the field system: Phone.
    noted Carefree, Main Office: The name of a job comes from QuickBooks (Carefree), so the name that it was given in the field system stays there only. All other fields are synced.
expect quickbooks:
    Carefree | phone 1
    Carefree:Carefree | phone 22
expect field:
    Carefree | phone 1 | Synced
    Carefree, Main Office | phone 22 | Synced with warnings
