title: Deleted in the field system: it leaves a tombstone, and comes back when somebody asks
spec: 2.11

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
field:
    customer Alba delete
sync
expect field:
    Birch | phone 2 | Synced
expect log:
    skipped Alba: Deleted in the field system, so it is not brought back.
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
sync full
expect field:
    Birch | phone 2 | Synced

bring back Alba
sync
expect field:
    Alba | phone 1 | Synced
    Birch | phone 2 | Synced
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
