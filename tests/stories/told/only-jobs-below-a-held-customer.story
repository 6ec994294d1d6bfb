title: While a customer is held its jobs wait in the same item; ignored, they stay out with it
spec: 2.7 "While a top customer is held, its jobs wait in the same item", 2.8

settings customers.direction=books_to_field
quickbooks:
    customer add name=Alba phone=1
    customer add name=Attic parent=Alba phone=2
    customer add name=Barn parent=Alba phone=3
    customer add name=Birch phone=4
field:
    customer add name=Alba phone=9
sync
expect field:
    Alba | phone 9 | Needs attention
    Birch | phone 4 | Synced
expect attention:
    Alba: The field system already has a customer named Alba (no. 1). Nothing was created and nothing was merged. [2 more wait]
solve Alba = ignore
sync
expect attention:
    nothing
expect field:
    Alba | phone 9 | Skipped
    Birch | phone 4 | Synced
quickbooks:
    customer Alba rename "Alba of Dover"
sync
# It bears another name now, so it is asked about no more: it is a new customer, and its jobs follow.
expect field:
    Alba | phone 9 | Skipped
    Alba of Dover | phone 1 | Synced
    Alba of Dover | phone 2 | Synced
    Alba of Dover | phone 3 | Synced
    Birch | phone 4 | Synced
