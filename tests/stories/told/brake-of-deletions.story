title: Six of seven customers are deleted in QuickBooks: the brake asks before any is made inactive here
spec: 2.12, 2.11

settings customers.direction=books_to_field
quickbooks:
    customer add name=A
    customer add name=B
    customer add name=C
    customer add name=D
    customer add name=E
    customer add name=F
    customer add name=G
sync
quickbooks:
    customer A delete
    customer B delete
    customer C delete
    customer D delete
    customer E delete
    customer F delete
sync
expect field:
    A | Synced
    B | Synced
    C | Synced
    D | Synced
    E | Synced
    F | Synced
    G | Synced
approve
sync
expect field:
    A | inactive | Deleted in QuickBooks
    B | inactive | Deleted in QuickBooks
    C | inactive | Deleted in QuickBooks
    D | inactive | Deleted in QuickBooks
    E | inactive | Deleted in QuickBooks
    F | inactive | Deleted in QuickBooks
    G | Synced
