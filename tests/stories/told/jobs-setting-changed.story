title: Jobs are customers first, then locations, then left out
spec: 1.1, 1.2, 3.1, 3.2, 3.3, 10.2

settings customers.direction=books_to_field
quickbooks:
    customer add name=Carefree phone=1
    customer add name=Main parent=Carefree phone=2 addr1="1 Main St"
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | at 1 Main St | Synced

= Locations: a job that is a customer here already keeps its link (1.1); a new one becomes a location.
settings jobs=as_locations
sync
expect log:
    nothing
quickbooks:
    customer add name=Dock parent=Carefree addr1="2 Dock Rd"
sync
expect field:
    Carefree | phone 1 | places Dock^ (2 Dock Rd) | Synced
    Carefree | phone 2 | at 1 Main St | Synced

= Left out: the location of the job goes, after a person has seen it; the customer that a job became stays as it is.
settings jobs=skip
sync
expect plan:
    waits: Setting jobs changed from as_locations to skip.
    update Carefree in the field system; Service locations
    skip Dock in the field system
expect field:
    Carefree | phone 1 | places Dock^ (2 Dock Rd) | Synced
    Carefree | phone 2 | at 1 Main St | Synced
approve
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | at 1 Main St | Synced
quickbooks:
    customer Carefree:Main set phone=22
sync
expect field:
    Carefree | phone 1 | Synced
    Carefree | phone 2 | at 1 Main St | Skipped
expect settings:
    Setting jobs changed from as_customers to as_locations.
    Setting jobs changed from as_locations to skip.
expect quickbooks:
    Carefree | phone 1
    Carefree:Main | phone 22 | at 1 Main St
    Carefree:Dock | at 2 Dock Rd
