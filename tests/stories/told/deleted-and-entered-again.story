title: A customer is deleted in the field system and entered again by hand: a person links the new one
spec: 2.11, 2.7, 2.8 "link these two"

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
sync
field:
    customer Alba delete
sync
field:
    customer add name=Alba phone=11
sync
expect field:
    Alba | phone 11 | Needs attention
expect attention:
    Alba: QuickBooks already has a customer named Alba (linked to another record). Nothing was created and nothing was merged.
solve Alba = link
sync
expect quickbooks:
    Alba | phone 11
expect field:
    Alba | phone 11 | Synced
expect attention:
    nothing
