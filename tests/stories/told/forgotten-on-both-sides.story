title: Deleted in the field system, then in QuickBooks; later the name is used anew
spec: 2.11, 2.7

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
sync
field:
    customer Alba delete
sync
quickbooks:
    customer Alba delete
sync
expect log:
    nothing
field:
    customer add name=Alba phone=11
sync
expect quickbooks:
    Alba | phone 11
expect field:
    Alba | phone 11 | Synced
expect attention:
    nothing
