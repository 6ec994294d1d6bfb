title: Five of six customers are made inactive at once in the field system: the brake asks before QuickBooks follows
spec: 2.12, 2.10

settings customers.direction=two_way
field:
    customer add name=A
    customer add name=B
    customer add name=C
    customer add name=D
    customer add name=E
    customer add name=F
sync
field:
    customer A inactive
    customer B inactive
    customer C inactive
    customer D inactive
    customer E inactive
sync
expect quickbooks:
    A
    B
    C
    D
    E
    F
expect plan:
    waits: It would overwrite or deactivate 5 of 6 customers at once, so it is shown before anything is written.
    update A in QuickBooks; Active True -> False
    update B in QuickBooks; Active True -> False
    update C in QuickBooks; Active True -> False
    update D in QuickBooks; Active True -> False
    update E in QuickBooks; Active True -> False
approve
sync
expect quickbooks:
    A | inactive
    B | inactive
    C | inactive
    D | inactive
    E | inactive
    F
