title: Jobs are locations first, then customers of their own
spec: 1.2, 3.1, 3.2, 10.1

settings customers.direction=two_way jobs=as_locations
quickbooks:
    customer add name=Carefree phone=1
    customer Carefree shipto add name=Home addr1="9 Lake Rd" default=true
    customer add name=Main parent=Carefree phone=2 addr1="1 Main St"
sync
expect field:
    Carefree | phone 1 | places Home* (9 Lake Rd), Main^ (1 Main St) | Synced

settings jobs=as_customers
sync
expect plan:
    waits: Setting jobs changed from as_locations to as_customers.
    update Carefree in the field system; Service locations
    create Carefree in the field system; Company Name nothing -> Carefree; Phone nothing -> 2; Billing address; Active nothing -> True
approve
sync
expect field:
    Carefree | phone 1 | places Home* (9 Lake Rd) | Synced
    Carefree | phone 2 | at 1 Main St | Synced
expect quickbooks:
    Carefree | phone 1 | places Home* (9 Lake Rd)
    Carefree:Main | phone 2 | at 1 Main St
