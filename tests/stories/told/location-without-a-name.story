title: A location without a name, or with one too long, is refused with a message; everything else goes on
spec: 3.4 "refused with a message when written", 2.1, 10.5
house: another make (the desk refuses to store these at once)

settings customers.direction=field_to_books
field:
    customer add name=Alba phone=1
    customer Alba place add name="" addr1="1 Elm St"
    customer add name="A name that is far too long for QuickBooks, which takes 41 characters" phone=2
    customer add name="Carefree: Main" phone=3
    customer add name=Dogwood phone=4
sync
expect quickbooks:
    Dogwood | phone 4
expect field:
    Alba | phone 1 | places  (1 Elm St) | Needs attention
    A name that is far too long for QuickBooks, which takes 41 characters | phone 2 | Needs attention
    Carefree: Main | phone 3 | Needs attention
    Dogwood | phone 4 | Synced
field:
    customer Alba place set "" name=Home
    customer "A name that is far too long for QuickBooks, which takes 41 characters" rename "A name that fits"
    customer "Carefree: Main" rename "Carefree, Main"
sync
expect quickbooks:
    Alba | phone 1 | places Home (1 Elm St)
    A name that fits | phone 2
    Carefree, Main | phone 3
    Dogwood | phone 4
expect attention:
    nothing
