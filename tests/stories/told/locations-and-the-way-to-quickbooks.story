title: Jobs are locations; then customers go to QuickBooks only: a job's location is never written as a Ship To
spec: 3.2, 10.6, 2.2

settings customers.direction=books_to_field jobs=as_locations
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Main parent=Carefree addr1="1 Main St"
sync
expect field:
    Carefree | phone 1 | places Main^ (1 Main St) | Synced
settings customers.direction=field_to_books
sync
field:
    customer Carefree set phone=2
    customer Carefree place add name=Home addr1="9 Lake Rd"
sync
expect quickbooks:
    Carefree | phone 2 | places Home (9 Lake Rd)
    Carefree:Main | at 1 Main St
expect field:
    Carefree | phone 2 | places Home (9 Lake Rd), Main^ (1 Main St) | Synced
quickbooks:
    customer Carefree:Main rename Annex
sync
expect field:
    Carefree | phone 2 | places Home (9 Lake Rd), Main^ (1 Main St) | Synced with warnings
expect quickbooks:
    Carefree | phone 2 | places Home (9 Lake Rd)
    Carefree:Annex | at 1 Main St
field:
    customer Carefree set phone=3
sync
expect quickbooks:
    Carefree | phone 3 | places Home (9 Lake Rd)
    Carefree:Annex | at 1 Main St
