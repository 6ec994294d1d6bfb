title: While a plan waits for approval people go on editing: what is carried out is what was shown, the rest is shown again
spec: 8.3, 1.2, 2.4

settings customers.direction=two_way
quickbooks:
    customer add name=Alba phone=1
    customer add name=Barn parent=Alba phone=2
    customer add name=Attic parent=Alba phone=3
sync
settings job_name=job_name
sync
expect plan:
    waits: Setting job_name changed from company_name to job_name.
    update Barn in the field system; Company Name Alba -> Barn
    update Attic in the field system; Company Name Alba -> Attic
quickbooks:
    customer Alba:Barn rename Stable
    customer Alba set phone=11
field:
    customer Alba:Attic set phone=33
sync
expect plan:
    waits: Setting job_name changed from company_name to job_name.
    update Stable in the field system; Company Name Alba -> Stable
    update Attic in the field system; Company Name Alba -> Attic
    update Alba in QuickBooks; Phone 3 -> 33
    update Alba in the field system; Phone 1 -> 11
expect quickbooks:
    Alba | phone 11
    Alba:Stable | phone 2
    Alba:Attic | phone 3
approve
sync
expect quickbooks:
    Alba | phone 11
    Alba:Stable | phone 2
    Alba:Attic | phone 33
expect field:
    Alba | phone 11 | Synced
    Stable | phone 2 | Synced
    Attic | phone 33 | Synced
