title: QuickBooks has the customer already; customers go there: a person links the two, and the field system counts
spec: 2.7 field_to_books, 2.8 link, 2.2

settings customers.direction=field_to_books
quickbooks:
    customer add name=Alba phone=1 email=a@example.com
field:
    customer add name=alba phone=2
sync
expect attention:
    alba: QuickBooks already has a customer named alba (not linked). Nothing was created and nothing was merged.
solve alba = link
sync
expect quickbooks:
    alba | phone 2
expect field:
    alba | phone 2 | Synced
expect attention:
    nothing
= The email that gave way is in the history, and can be put back: in QuickBooks, since customers go there.
put back alba = email
sync
expect quickbooks:
    alba | phone 2 | email a@example.com
