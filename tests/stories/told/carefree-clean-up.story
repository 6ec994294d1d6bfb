title: Full sync, switch to one-way from the field system, clean up the duplicates there
spec: 1.1, 1.2, 2.2, 2.11, 3.1, 10.6; guide, solution 4

settings customers.direction=books_to_field
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Carefree parent=Carefree phone=2
    customer add name=Boiler parent=Carefree phone=3
    customer add name=Attic parent=Carefree phone=4
    customer add name=Baker phone=5
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | Synced
    Carefree | phone 3 | Synced
    Carefree | phone 4 | Synced
    Baker | phone 5 | Synced

settings customers.direction=field_to_books
sync
expect log:
    nothing

= Clean up: one is deleted, one renamed.
field:
    customer Carefree:Carefree delete
    customer Carefree:Boiler rename "Carefree, Boiler"
sync
expect quickbooks:
    Carefree | phone 1
    Carefree:Carefree | phone 2
    Carefree:Boiler | phone 3
    Carefree:Attic | phone 4
    Baker | phone 5
expect field:
    Carefree | phone 1 | Synced
    Carefree, Boiler | phone 3 | Synced with warnings
    Carefree | phone 4 | Synced
    Baker | phone 5 | Synced
expect log:
    skipped Carefree: Deleted in the field system, so it is not brought back.
    noted Carefree, Boiler: The name of a job comes from QuickBooks (Carefree), so the name that it was given in the field system stays there only. All other fields are synced.
expect attention:
    nothing

= Everything is read again: nothing comes back.
sync full
expect quickbooks:
    Carefree | phone 1
    Carefree:Carefree | phone 2
    Carefree:Boiler | phone 3
    Carefree:Attic | phone 4
    Baker | phone 5
expect field:
    Carefree | phone 1 | Synced
    Carefree, Boiler | phone 3 | Synced with warnings
    Carefree | phone 4 | Synced
    Baker | phone 5 | Synced
expect log:
    nothing

= The parent is edited and renamed in QuickBooks, and the job whose record was deleted: one-way means one way.
quickbooks:
    customer Carefree set phone=100
    customer Carefree rename "Carefree Homes"
    customer "Carefree Homes:Carefree" set phone=200
sync
expect field:
    Carefree | phone 1 | Synced with warnings
    Carefree, Boiler | phone 3 | Synced with warnings
    Carefree | phone 4 | Synced with warnings
    Baker | phone 5 | Synced
expect quickbooks:
    Carefree Homes | phone 100
    Carefree Homes:Carefree | phone 200
    Carefree Homes:Boiler | phone 3
    Carefree Homes:Attic | phone 4
    Baker | phone 5

= What stayed in the field is edited: the master's values go. (The sync after the change of the setting had nothing to
= write, so its plan was empty, and there was nothing to approve.)
field:
    customer Carefree set phone=11
    customer "Carefree Homes:Attic" set phone=44
sync
expect quickbooks:
    Carefree | phone 11
    Carefree:Carefree | phone 200
    Carefree:Boiler | phone 3
    Carefree:Attic | phone 44
    Baker | phone 5
sync full
expect field:
    Carefree | phone 11 | Synced
    Carefree, Boiler | phone 3 | Synced with warnings
    Carefree | phone 44 | Synced
    Baker | phone 5 | Synced
