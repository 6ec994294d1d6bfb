title: People do not wait for the end of a sync
spec: 10.4, 10.2, 2.4

settings customers.direction=two_way primary=field
quickbooks:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
quickbooks:
    customer Alba set phone=11
field:
    customer Birch set phone=22
during 1:
    field customer Alba set phone=111
    quickbooks customer Birch set email=b@example.com
sync
sync
# Alba's phone was edited on both sides, here last: this one counts, also by the primary.
expect quickbooks:
    Alba | phone 111
    Birch | phone 22 | email b@example.com
