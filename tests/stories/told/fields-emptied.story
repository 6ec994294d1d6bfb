title: What is emptied on one side is emptied on the other
spec: 2.4, 2.1

settings customers.direction=two_way
quickbooks:
    customer add name=Alba first=Ann phone=1 email=a@example.com addr1="1 Elm St" addr2="Floor 2" city=Harlow
    customer add name=Birch first=Ben phone=2 addr1="2 Elm St" addr2="Floor 3"
sync
field:
    customer Alba set phone="" first="" addr2=""
quickbooks:
    customer Birch set phone="" first="" addr2=""
sync
expect quickbooks:
    Alba | email a@example.com | at 1 Elm St, Harlow
    Birch | at 2 Elm St
expect field:
    Alba | email a@example.com | at 1 Elm St, Harlow | Synced
    Birch | at 2 Elm St | Synced
