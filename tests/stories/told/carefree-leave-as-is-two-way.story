title: Carefree and its job, with customers going both ways: the name of the job is never written back
spec: 3.1 "a derived name is not written back", 2.4, 2.9

settings customers.direction=two_way
quickbooks:
    customer add name=Carefree phone=555-0100
    customer add name=Carefree parent=Carefree phone=555-0101
sync
expect field:
    Carefree | phone 555-0100 | Synced
    Carefree | phone 555-0101 | Synced

field:
    customer Carefree:Carefree rename "Carefree, Main Office"
sync
# The name is noted with the reason.
expect field:
    Carefree | phone 555-0100 | Synced
    Carefree, Main Office | phone 555-0101 | Synced with warnings
expect log:
    noted Carefree, Main Office: The name of a job comes from QuickBooks (Carefree), so the name that it was given in the field system stays there only. All other fields are synced.
expect quickbooks:
    Carefree | phone 555-0100
    Carefree:Carefree | phone 555-0101

= Renaming the customer in QuickBooks changes it again.
quickbooks:
    customer Carefree rename "Carefree Homes"
sync
expect field:
    Carefree Homes | phone 555-0100 | Synced
    Carefree Homes | phone 555-0101 | Synced
expect quickbooks:
    Carefree Homes | phone 555-0100
    Carefree Homes:Carefree | phone 555-0101
