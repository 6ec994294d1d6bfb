title: The same clean-up by deactivating: active and inactive follow to QuickBooks, as the direction allows
spec: 2.10, 1.2, 3.1; guide, solution 4

settings customers.direction=books_to_field
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Carefree parent=Carefree phone=2
sync
settings customers.direction=field_to_books
field:
    customer Carefree:Carefree inactive
sync
expect plan:
    waits: Setting customers.direction changed from books_to_field to field_to_books. Setting tax_sync changed from on to off. Setting terms_sync changed from on to off.
    update Carefree in QuickBooks; Active True -> False
expect quickbooks:
    Carefree | phone 1
    Carefree:Carefree | phone 2
approve
sync
expect quickbooks:
    Carefree | phone 1
    Carefree:Carefree | phone 2 | inactive
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | inactive | Synced
sync full
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | inactive | Synced
