title: A job is made a customer of its own in QuickBooks, and a customer is made a job
spec: 3.1, 2.6

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer add name=Barn parent=Alba phone=2
    customer add name=Cedar phone=3
sync
expect field:
    Alba | phone 1 | Synced
    Alba | phone 2 | Synced
    Cedar | phone 3 | Synced
quickbooks:
    customer Alba:Barn under ""
    customer Cedar under Alba
sync
expect quickbooks:
    Alba | phone 1
    Barn | phone 2
    Alba:Cedar | phone 3
expect field:
    Alba | phone 1 | Synced
    Barn | phone 2 | Synced
    Alba | phone 3 | Synced
= The one that is a customer now can be renamed in the field system.
field:
    customer Barn rename "Barn of Alba"
sync
expect quickbooks:
    Alba | phone 1
    Barn of Alba | phone 2
    Alba:Cedar | phone 3
