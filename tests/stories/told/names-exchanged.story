title: In the field system one customer takes the name that another one gives up
spec: 2.6, 10.4 "both sides agree within a few sessions"

settings customers.direction=two_way
field:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
field:
    customer Birch rename "Birch & Sons"
    customer Alba rename Birch
sync
sync
expect quickbooks:
    Birch | phone 1
    Birch & Sons | phone 2
expect field:
    Birch | phone 1 | Synced
    Birch & Sons | phone 2 | Synced
expect attention:
    nothing
