title: Deleted in QuickBooks by mistake and entered again there, before the next sync
spec: 2.11, 2.7, 2.6, 10.1

settings customers.direction=books_to_field
quickbooks:
    customer add name=Alba phone=1
sync
quickbooks:
    customer Alba delete
    customer add name=Alba phone=2
sync
# It is another record of QuickBooks, and the field system has a customer of that name: a person decides.
expect field:
    Alba | phone 1 | inactive | Needs attention
expect attention:
    Alba: The field system already has a customer named Alba (no. 1). Nothing was created and nothing was merged.
solve Alba = link
sync
expect field:
    Alba | phone 2 | Synced
