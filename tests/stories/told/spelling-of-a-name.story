title: Only the spelling of a name changes
spec: 2.6, 2.1, 10.3

settings customers.direction=two_way
quickbooks:
    customer add name="abc plumbing" phone=1
sync
field:
    customer "abc plumbing" rename "ABC Plumbing"
sync
expect quickbooks:
    ABC Plumbing | phone 1
expect attention:
    nothing
quickbooks:
    customer "ABC Plumbing" rename "Abc Plumbing"
sync
expect field:
    Abc Plumbing | phone 1 | Synced
