title: Names held by an employee and by an other name; later one of them is renamed in QuickBooks, and the customer goes when tried again
spec: 2.7 "the message says which list holds it", 2.8, 10.5

settings customers.direction=field_to_books
quickbooks:
    employee add name="Ann Lee" first=Ann last=Lee
    othername add name=Landlord
field:
    customer add name="Ann Lee" phone=1
    customer add name=Landlord phone=2
sync
expect quickbooks:
    nothing
expect attention:
    Ann Lee: QuickBooks did not take the name Ann Lee: it is an employee there. In QuickBooks customers, vendors, employees and other names share one list of names.
    Landlord: QuickBooks did not take the name Landlord: it is an other name there. In QuickBooks customers, vendors, employees and other names share one list of names.
quickbooks:
    othername Landlord rename "Landlord Ltd"
field:
    customer Landlord set phone=22
sync
expect quickbooks:
    Landlord | phone 22
expect field:
    Ann Lee | phone 1 | Needs attention
    Landlord | phone 22 | Synced
solve Ann Lee = ignore
sync
expect field:
    Ann Lee | phone 1 | Skipped
    Landlord | phone 22 | Synced
expect attention:
    nothing
