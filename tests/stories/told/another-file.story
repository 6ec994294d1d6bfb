title: Another company file is open: nothing is read, nothing is written
spec: 8.2, 10.1

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
sync
open another file "Cousin's Company"
quickbooks:
    customer add name=Alba phone=99
    customer add name=Stranger
field:
    customer add name=Birch phone=2
sync stops
expect field:
    Alba | phone 1 | Synced
    Birch | phone 2
expect quickbooks:
    Alba | phone 99
    Stranger
open the first file
sync
expect field:
    Alba | phone 1 | Synced
    Birch | phone 2 | Synced
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
