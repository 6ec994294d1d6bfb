title: The company file is moved, and the company renamed: it bears the same mark, so it goes on
spec: 8.2, 10.1

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
sync
quickbooks:
    move "D:\New\Bluebird.qbw"
    company CompanyName="Bluebird Heating"
    customer Alba set phone=2
field:
    customer add name=Birch phone=3
sync
expect field:
    Alba | phone 2 | Synced
    Birch | phone 3 | Synced
expect quickbooks:
    Alba | phone 2
    Birch | phone 3
expect attention:
    nothing
