title: Deleted in QuickBooks and flagged here; somebody makes it active again: a person decides whether it is created anew
spec: 2.11, design "Deciding"

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
sync
quickbooks:
    customer Alba delete
sync
expect field:
    Alba | phone 1 | inactive | Deleted in QuickBooks
field:
    customer Alba active
sync
expect field:
    Alba | phone 1 | Conflict
expect quickbooks:
    nothing
solve Alba = make_again
sync
expect quickbooks:
    Alba | phone 1
expect field:
    Alba | phone 1 | Synced
