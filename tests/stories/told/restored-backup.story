title: The company file is restored from a backup: what changed while away is shown, and nothing is written
spec: 8.2

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
quickbooks:
    backup "{folder}/backup.qbs"
wait 1 day
quickbooks:
    customer Alba set phone=11
field:
    customer Birch set phone=22
sync
expect quickbooks:
    Alba | phone 11
    Birch | phone 22
wait 1 day
quickbooks:
    restore "{folder}/backup.qbs"
sync
sync
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
expect field:
    Alba | phone 11 | Synced
    Birch | phone 22 | Synced
approve
sync
sync
# QuickBooks changed, the field system did not: QuickBooks' state counts.
expect field:
    Alba | phone 1 | Synced
    Birch | phone 2 | Synced
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
