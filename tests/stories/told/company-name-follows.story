title: QuickBooks' own Company Name is written at creation, and follows the name while the two are equal
spec: 2.1

settings customers.direction=two_way
field:
    customer add name=Alba
    customer add name=Birch
sync
expect companies:
    Alba = Alba
    Birch = Birch
quickbooks:
    customer Birch set company="Birch Holdings Ltd"
sync
field:
    customer Alba rename "Alba of Dover"
    customer Birch rename "Birch of Dover"
sync
expect companies:
    Alba of Dover = Alba of Dover
    Birch of Dover = Birch Holdings Ltd
