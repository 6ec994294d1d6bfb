title: A duplicate is another customer: a person renames it
spec: 2.8 rename

settings customers.direction=books_to_field
quickbooks:
    customer add name=Alba phone=1
field:
    customer add name=Alba phone=2
sync
expect attention:
    Alba: The field system already has a customer named Alba (no. 1). Nothing was created and nothing was merged.
solve Alba = rename "name=Alba of Dover"
sync
expect field:
    Alba | phone 1 | Synced
    Alba of Dover | phone 2 | Skipped
expect attention:
    nothing
expect quickbooks:
    Alba | phone 1
