title: A job becomes a service location of its customer
spec: 3.2, 3.4, 10.6

settings customers.direction=two_way jobs=as_locations
quickbooks:
    customer add name=Carefree phone=1
    customer Carefree shipto add name=Lodge addr1="9 Lake Rd"
    customer add name="Main Office" parent=Carefree addr1="1 Main St"
    customer add name=Warehouse parent=Carefree addr1="2 Dock Rd"
    customer Carefree:Warehouse shipto add name="Gate A" addr1="3 Gate St"
    customer Carefree:Warehouse shipto add name="Gate B" addr1="4 Gate St" default=true
    customer add name=Lodge parent=Carefree
sync
# ^ marks a job's location. Its address is the default Ship To, else the first, else the billing address; a name that
# is taken gets " (job)".
expect field:
    Carefree | phone 1 | places Lodge (9 Lake Rd), Lodge (job)^, Main Office^ (1 Main St), Warehouse^ (4 Gate St) | Synced
expect quickbooks:
    Carefree | phone 1 | places Lodge (9 Lake Rd)
    Carefree:Main Office | at 1 Main St
    Carefree:Warehouse | at 2 Dock Rd | places Gate A (3 Gate St), Gate B* (4 Gate St)
    Carefree:Lodge

= A location that is added here goes to QuickBooks; the jobs' never do.
field:
    customer Carefree place add name=Barn addr1="7 Barn Ln"
sync
expect quickbooks:
    Carefree | phone 1 | places Barn (7 Barn Ln), Lodge (9 Lake Rd)
    Carefree:Main Office | at 1 Main St
    Carefree:Warehouse | at 2 Dock Rd | places Gate A (3 Gate St), Gate B* (4 Gate St)
    Carefree:Lodge

= A job is renamed, another becomes inactive, a third is new.
quickbooks:
    customer "Carefree:Main Office" rename "Head Office"
    customer Carefree:Lodge inactive
    customer add name=Garage parent=Carefree addr1="5 Park Rd"
sync
expect field:
    Carefree | phone 1 | places Barn (7 Barn Ln), Garage^ (5 Park Rd), Head Office^ (1 Main St), Lodge (9 Lake Rd), Warehouse^ (4 Gate St) | Synced

= A job is deleted.
quickbooks:
    customer Carefree:Garage delete
sync
expect field:
    Carefree | phone 1 | places Barn (7 Barn Ln), Head Office^ (1 Main St), Lodge (9 Lake Rd), Warehouse^ (4 Gate St) | Synced
expect attention:
    nothing
