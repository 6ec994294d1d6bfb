title: ABC Plumbing is once in QuickBooks and twice in the field system; customers go both ways
spec: 2.7 two_way "several candidates = none is linked; warning", 2.8

settings customers.direction=two_way primary=books
quickbooks:
    customer add name="ABC Plumbing" phone=555-0101
    customer add name="Leak" parent="ABC Plumbing" addr1="9 Pipe Rd"
field:
    customer add name="ABC Plumbing" phone=555-0198
    customer add name="ABC Plumbing" phone=555-0199

sync
# Nothing is linked, created or merged; the job waits in the same item.
expect quickbooks:
    ABC Plumbing | phone 555-0101
    ABC Plumbing:Leak | at 9 Pipe Rd
expect field:
    ABC Plumbing | phone 555-0198 | Needs attention
    ABC Plumbing | phone 555-0199 | Needs attention
expect attention:
    ABC Plumbing: Several customers of the field system are named ABC Plumbing (no. 1, no. 2), so none of them was linked. [1 more wait]

= A person chooses the second.
solve ABC Plumbing = link other=2
sync
expect attention:
    ABC Plumbing: QuickBooks already has a customer named ABC Plumbing (linked to another record). Nothing was created and nothing was merged.
# All were entered in the same second, so the primary's phone counts.
expect field:
    ABC Plumbing | phone 555-0198 | Needs attention
    ABC Plumbing | phone 555-0101 | Synced
    ABC Plumbing | at 9 Pipe Rd | Synced
expect quickbooks:
    ABC Plumbing | phone 555-0101
    ABC Plumbing:Leak | at 9 Pipe Rd
