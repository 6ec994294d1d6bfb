title: A customer is open in a window of QuickBooks: it waits, all others go on
spec: 10.5, rules.md "Retry class"

settings customers.direction=two_way
field:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
quickbooks:
    lock customer Alba as 3175 times 2
field:
    customer Alba set phone=11
    customer Birch set phone=22
sync
sync
expect quickbooks:
    Alba | phone 11
    Birch | phone 22
expect attention:
    nothing
