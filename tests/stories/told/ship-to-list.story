title: Ship To entries become service locations, and back
spec: 3.4

settings customers.direction=two_way
quickbooks:
    customer add name=Alba
    customer Alba shipto add name="Ship To 1" addr1="1 Elm St" city=Harlow default=true
    customer Alba shipto add name="Ship To 2" addr1="Rear building" addr2="2 Elm St"
sync
expect field:
    Alba | places Ship To 1* (1 Elm St, Harlow), Ship To 2 (Rear building, 2 Elm St) | Synced

= Both sides add one, and each edits another: they are merged one by one.
quickbooks:
    customer Alba shipto add name=Quay addr1="3 Quay"
    customer Alba shipto set "Ship To 1" zip=90210
field:
    customer Alba place add name=Farm addr1="4 Farm Ln"
    customer Alba place set "Ship To 2" name=Rear
sync
expect quickbooks:
    Alba | places Farm (4 Farm Ln), Quay (3 Quay), Rear (Rear building, 2 Elm St), Ship To 1* (1 Elm St, Harlow, 90210)
expect field:
    Alba | places Farm (4 Farm Ln), Quay (3 Quay), Rear (Rear building, 2 Elm St), Ship To 1* (1 Elm St, Harlow, 90210) | Synced

= The same name is added on both sides, with the same address: it is one.
quickbooks:
    customer Alba shipto add name=Cabin addr1="5 Lake Rd"
field:
    customer Alba place add name=cabin addr1="5 Lake Rd"
sync
expect attention:
    nothing

= No default is invented: it is taken away in the field system.
field:
    customer Alba place set "Ship To 1" default=false
    customer Alba place remove Farm
sync
expect quickbooks:
    Alba | places Cabin (5 Lake Rd), Quay (3 Quay), Rear (Rear building, 2 Elm St), Ship To 1 (1 Elm St, Harlow, 90210)
