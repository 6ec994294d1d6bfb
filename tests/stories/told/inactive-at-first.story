title: What is inactive at the first import stays out until it becomes active
spec: 2.10 "The first import takes active records only"

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer Alba inactive
field:
    customer add name=Birch phone=2
    customer Birch inactive
sync
expect field:
    Birch | phone 2 | inactive | Skipped
expect quickbooks:
    Alba | phone 1 | inactive
quickbooks:
    customer Alba active
field:
    customer Birch active
sync
expect field:
    Alba | phone 1 | Synced
    Birch | phone 2 | Synced
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
