title: The jobs are deleted in QuickBooks
spec: 2.11, 2.12; guide, solution 3

settings customers.direction=books_to_field
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Carefree parent=Carefree phone=2
sync
quickbooks:
    customer Carefree:Carefree delete
sync
# Flagged and made inactive, never deleted.
expect quickbooks:
    Carefree | phone 1
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | inactive | Deleted in QuickBooks
expect log:
    deactivated Carefree: Deleted in QuickBooks. It is kept here, inactive.

= The rest of its life goes on; what was deleted does not come back.
quickbooks:
    customer Carefree set phone=9
sync full
expect field:
    Carefree | phone 9 | Synced
    Carefree | phone 2 | inactive | Deleted in QuickBooks
