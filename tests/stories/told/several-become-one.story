title: Of two candidates one is deleted: the other is the only one, and is linked
spec: 2.7 two_way, 2.8

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
field:
    customer add name=Alba phone=1 first=Ann
    customer add name=Alba phone=2
sync
expect attention:
    Alba: Several customers of the field system are named Alba (no. 1, no. 2), so none of them was linked.
field:
    customer "Alba#2" delete
sync
expect attention:
    nothing
expect quickbooks:
    Alba | first Ann | phone 1
expect field:
    Alba | first Ann | phone 1 | Synced
