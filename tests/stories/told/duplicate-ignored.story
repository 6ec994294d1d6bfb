title: A duplicate is left as it is: a person says ignore, and it is not asked again as long as it bears this name
spec: 2.8 ignore

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
field:
    customer add name=Alba phone=2
    customer add name=Alba phone=3
sync
expect attention:
    Alba: Several customers of the field system are named Alba (no. 1, no. 2), so none of them was linked.
solve Alba = ignore
sync
expect quickbooks:
    Alba | phone 1
quickbooks:
    customer Alba set phone=11
sync full
# It stays so for the one in QuickBooks; the two of the field system cannot go there, and say so.
expect quickbooks:
    Alba | phone 11
