title: Jobs are renamed in QuickBooks to include the location, and the setting job_name shows it
spec: 3.1, 1.1, 1.2; guide, solution 2

settings customers.direction=books_to_field
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Carefree parent=Carefree phone=2
    customer add name=Boiler parent=Carefree:Carefree phone=3
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | Synced
    Carefree | phone 3 | Synced

= With company_name, the job's new name does not show.
quickbooks:
    customer Carefree:Carefree rename "Carefree - Main Office"
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | Synced
    Carefree | phone 3 | Synced
expect log:
    nothing

= The setting is changed: a plan is shown first, and nothing is written before it is approved.
settings job_name=job_name
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | Synced
    Carefree | phone 3 | Synced
expect plan:
    waits: Setting job_name changed from company_name to job_name.
    update Carefree - Main Office in the field system; Company Name Carefree -> Carefree - Main Office
    update Boiler in the field system; Company Name Carefree -> Boiler
approve
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree - Main Office | phone 2 | Synced
    Boiler | phone 3 | Synced
expect log:
    updated Carefree - Main Office: A setting changed how this record is shown here: Company Name.
    updated Boiler: A setting changed how this record is shown here: Company Name.

settings job_name=full_name
sync
approve
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree:Carefree - Main Office | phone 2 | Synced
    Carefree:Carefree - Main Office:Boiler | phone 3 | Synced

settings job_name=company_name
sync
approve
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | Synced
    Carefree | phone 3 | Synced
expect settings:
    Setting job_name changed from company_name to job_name.
    Setting job_name changed from job_name to full_name.
    Setting job_name changed from full_name to company_name.
expect quickbooks:
    Carefree | phone 1
    Carefree:Carefree - Main Office | phone 2
    Carefree:Carefree - Main Office:Boiler | phone 3
