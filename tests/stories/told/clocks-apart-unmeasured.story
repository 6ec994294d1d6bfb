title: The computer with QuickBooks goes three hours ahead, and nothing was written there since: the later edit still counts
spec: 2.4 "the record modified most recently wins", 2.5

settings customers.direction=two_way primary=field
quickbooks:
    customer add name=Birch phone=0
sync
wait 3 days
clock of quickbooks 180 minutes ahead
sync
quickbooks:
    customer Birch set phone=Q
wait 30 minutes
field:
    customer Birch set phone=F
wait 30 minutes
sync
expect quickbooks:
    Birch | phone F
expect field:
    Birch | phone F | Synced with warnings
