title: The guide's ABC Plumbing, entered twice in the field system; customers go to QuickBooks
spec: 2.7 field_to_books, 2.8; guide "Example Scenario"

settings customers.direction=field_to_books
field:
    customer add name="ABC Plumbing" first=Ann phone=555-0101 addr1="1 Elm St" city=Harlow
wait 2 hours
field:
    customer add name="ABC Plumbing" first=Bob phone=555-0199

sync
# Only the first one appears in QuickBooks; the second is skipped and logged.
expect quickbooks:
    ABC Plumbing | first Ann | phone 555-0101 | at 1 Elm St, Harlow
expect field:
    ABC Plumbing | first Ann | phone 555-0101 | at 1 Elm St, Harlow | Synced
    ABC Plumbing | first Bob | phone 555-0199 | Needs attention
expect log:
    created ABC Plumbing: New in the field system.
    held ABC Plumbing: Another customer of the field system is named ABC Plumbing too (no. 1). The older one goes to QuickBooks; this one was skipped.
expect attention:
    ABC Plumbing: Another customer of the field system is named ABC Plumbing too (no. 1). The older one goes to QuickBooks; this one was skipped.

= An edit of the skipped one stays in the field system; an edit of the first one goes.
field:
    customer "ABC Plumbing#2" set phone=555-0198
    customer "ABC Plumbing#1" set phone=555-0102
sync
expect quickbooks:
    ABC Plumbing | first Ann | phone 555-0102 | at 1 Elm St, Harlow
expect field:
    ABC Plumbing | first Ann | phone 555-0102 | at 1 Elm St, Harlow | Synced
    ABC Plumbing | first Bob | phone 555-0198 | Needs attention

= It is another company after all: renamed, it goes.
field:
    customer "ABC Plumbing#2" rename "ABC Plumbing of Dover"
sync
expect quickbooks:
    ABC Plumbing | first Ann | phone 555-0102 | at 1 Elm St, Harlow
    ABC Plumbing of Dover | first Bob | phone 555-0198
expect attention:
    nothing
