title: A vendor of QuickBooks bears the name of a customer of the field system
spec: 2.7 "A name held by a vendor", 10.5

settings customers.direction=two_way
quickbooks:
    vendor add name="Acme Supply"
field:
    customer add name="acme supply" phone=1
    customer add name=Birch phone=2
sync
expect quickbooks:
    Birch | phone 2
expect attention:
    acme supply: QuickBooks did not take the name acme supply: it is a vendor there. In QuickBooks customers, vendors, employees and other names share one list of names.
solve acme supply = rename "name=Acme Supply, customer"
sync
expect quickbooks:
    Acme Supply, customer | phone 1
    Birch | phone 2
expect field:
    Acme Supply, customer | phone 1 | Synced
    Birch | phone 2 | Synced
expect attention:
    nothing
