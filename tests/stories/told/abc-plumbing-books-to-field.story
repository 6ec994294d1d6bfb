title: ABC Plumbing is in both systems before the first sync; customers come from QuickBooks
spec: 2.7 books_to_field, 2.8, 2.2; guide "One-Way Sync (QB to OT)"

settings customers.direction=books_to_field
quickbooks:
    customer add name="ABC Plumbing" phone=555-0101
    customer add name="Baker" phone=555-0201
field:
    customer add name="abc  plumbing" phone=555-0199

sync
# No new customer is created, nothing is merged, and it is logged. Blanks and case make no difference.
expect quickbooks:
    ABC Plumbing | phone 555-0101
    Baker | phone 555-0201
expect field:
    abc  plumbing | phone 555-0199 | Needs attention
    Baker | phone 555-0201 | Synced
expect log:
    created Baker: New in QuickBooks.
    held ABC Plumbing: The field system already has a customer named ABC Plumbing (no. 1). Nothing was created and nothing was merged.
expect attention:
    ABC Plumbing: The field system already has a customer named ABC Plumbing (no. 1). Nothing was created and nothing was merged.

= They are one: a person links them. QuickBooks is the master.
solve ABC Plumbing = link
sync
expect quickbooks:
    ABC Plumbing | phone 555-0101
    Baker | phone 555-0201
expect field:
    ABC Plumbing | phone 555-0101 | Synced
    Baker | phone 555-0201 | Synced
expect attention:
    nothing
expect history ABC Plumbing:
    held: The field system already has a customer named ABC Plumbing (no. 1). Nothing was created and nothing was merged.
    asked: ABC Plumbing in QuickBooks and no. 1 (abc  plumbing) in the field system are one: link them.
    linked: Linked, as a person decided. Company Name, Phone: as in QuickBooks.; Company Name abc  plumbing -> ABC Plumbing; Phone 555-0199 -> 555-0101
    updated: Changed in QuickBooks: Company Name, Phone.; Company Name abc  plumbing -> ABC Plumbing; Phone 555-0199 -> 555-0101
