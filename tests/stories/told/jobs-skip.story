title: Jobs stay out
spec: 3.3

settings customers.direction=two_way jobs=skip
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Main parent=Carefree phone=2
sync
expect field:
    Carefree | phone 1 | Synced
expect log:
    created Carefree: New in QuickBooks.
    skipped Main: A QuickBooks job, and the setting 'jobs' leaves jobs out.
quickbooks:
    customer Carefree:Main set phone=22
sync
expect field:
    Carefree | phone 1 | Synced
expect quickbooks:
    Carefree | phone 1
    Carefree:Main | phone 22
