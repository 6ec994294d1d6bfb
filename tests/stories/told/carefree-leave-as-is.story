title: Carefree and its job come over as two customers of one name, and are left as they are
spec: 3.1, 2.9, 2.6; guide "QuickBooks Jobs = Duplicate Customers", solution 1

settings customers.direction=books_to_field
quickbooks:
    customer add name=Carefree phone=555-0100
    customer add name=Carefree parent=Carefree phone=555-0101 addr1="1 Main St"
    customer Carefree:Carefree shipto add name="Main Office" addr1="1 Main St" default=true

sync
# They come from one tree, so they are no duplicates of each other.
expect field:
    Carefree | phone 555-0100 | Synced
    Carefree | phone 555-0101 | at 1 Main St | places Main Office* (1 Main St) | Synced
expect attention:
    nothing

= The customer is renamed in QuickBooks: the job is called after it here too. Nothing new is created.
quickbooks:
    customer Carefree rename "Carefree Homes"
sync
expect quickbooks:
    Carefree Homes | phone 555-0100
    Carefree Homes:Carefree | phone 555-0101 | at 1 Main St | places Main Office* (1 Main St)
expect field:
    Carefree Homes | phone 555-0100 | Synced
    Carefree Homes | phone 555-0101 | at 1 Main St | places Main Office* (1 Main St) | Synced
expect log:
    updated Carefree Homes: Changed in QuickBooks: Company Name.
    updated Carefree Homes: Changed in QuickBooks: Company Name.
