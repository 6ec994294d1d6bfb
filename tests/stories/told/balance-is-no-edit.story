title: A balance moves TimeModified in QuickBooks; that is no edit and wins no conflict
spec: 2.3, 2.4

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
sync
quickbooks:
    customer Alba set phone=Q
wait 1 hour
field:
    customer Alba set phone=F
wait 1 hour
quickbooks:
    customer Alba balance 12.50
sync
expect quickbooks:
    Alba | phone F
expect field:
    Alba | phone F | Synced with warnings
quickbooks:
    customer Alba balance 20.00
sync
expect log:
    nothing
