title: The same, where the one that takes the name is written before the one that gives it up
spec: 2.6, 10.4 "both sides agree within a few sessions"

settings customers.direction=two_way
field:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
field:
    customer Alba rename Cedar
    customer Birch rename Alba
    customer Cedar rename Birch
sync
sync
# Each wants what the other has: QuickBooks takes neither. A person is told, and nothing is lost.
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
expect field:
    Birch | phone 1 | Needs attention
    Alba | phone 2 | Needs attention
= A person gives one of them another name for a while.
field:
    customer Birch rename "Birch for now"
sync
sync
expect quickbooks:
    Birch for now | phone 1
    Alba | phone 2
field:
    customer "Birch for now" rename Birch
sync
expect quickbooks:
    Birch | phone 1
    Alba | phone 2
expect attention:
    nothing
expect field:
    Birch | phone 1 | Synced
    Alba | phone 2 | Synced
