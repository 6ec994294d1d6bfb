title: Every plan is shown first; a record that changed since is planned again
spec: 8.3, 1 approve_plans=always

settings customers.direction=two_way approve_plans=always
quickbooks:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
sync
expect field:
    nothing
expect plan:
    waits: Every plan is shown first (setting approve_plans=always).
    create Alba in the field system; Company Name nothing -> Alba; Phone nothing -> 1; Active nothing -> True
    create Birch in the field system; Company Name nothing -> Birch; Phone nothing -> 2; Active nothing -> True
approve
quickbooks:
    customer Alba set phone=11
sync
# Birch is as it was shown. Alba changed since: it is shown again.
expect field:
    Birch | phone 2 | Synced
expect plan:
    waits: Every plan is shown first (setting approve_plans=always).
    create Alba in the field system; Company Name nothing -> Alba; Phone nothing -> 11; Active nothing -> True
approve
sync
expect field:
    Alba | phone 11 | Synced
    Birch | phone 2 | Synced
