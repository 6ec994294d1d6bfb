title: Deleted in QuickBooks and edited here: a person decides
spec: 2.11, 2.8, design "Deciding"

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
quickbooks:
    customer Alba delete
    customer Birch delete
field:
    customer Alba set phone=11
    customer Birch set phone=22
sync
expect field:
    Alba | phone 11 | Conflict
    Birch | phone 22 | Conflict
expect quickbooks:
    nothing
expect attention:
    Alba: Deleted in QuickBooks, and edited in the field system. Nothing was written.
    Birch: Deleted in QuickBooks, and edited in the field system. Nothing was written.
solve Alba = make_again
solve Birch = ignore
sync
expect quickbooks:
    Alba | phone 11
expect attention:
    nothing
expect field:
    Alba | phone 11 | Synced
    Birch | phone 22 | Skipped
