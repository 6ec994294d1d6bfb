title: ABC Plumbing is in both systems, once in QuickBooks and once in the field system; customers go both ways
spec: 2.7 two_way, 2.5, 10.1; guide "Two-Way Sync"

settings customers.direction=two_way primary=books
quickbooks:
    customer add name="ABC Plumbing" first=Ann phone=555-0101
wait 2 hours
field:
    customer add name="ABC Plumbing" phone=555-0199 email=abc@example.com

sync
# One candidate: they are linked. The phone is that of the record that was modified last; what one side leaves blank is
# filled from the other.
expect quickbooks:
    ABC Plumbing | first Ann | phone 555-0199 | email abc@example.com
expect field:
    ABC Plumbing | first Ann | phone 555-0199 | email abc@example.com | Synced
expect attention:
    nothing

= A second one, added by mistake, is not created in QuickBooks.
field:
    customer add name="ABC Plumbing" phone=555-0300
sync
expect quickbooks:
    ABC Plumbing | first Ann | phone 555-0199 | email abc@example.com
expect field:
    ABC Plumbing | first Ann | phone 555-0199 | email abc@example.com | Synced
    ABC Plumbing | phone 555-0300 | Needs attention
expect log:
    held ABC Plumbing: QuickBooks already has a customer named ABC Plumbing (linked to another record). Nothing was created and nothing was merged.
