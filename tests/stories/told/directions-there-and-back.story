title: From QuickBooks, then both ways, then to QuickBooks, and back: the links stay, and each change is shown first
spec: 1.1, 1.2, 2.2, 2.6, 10.6

settings customers.direction=books_to_field
quickbooks:
    customer add name=Alba phone=1
    customer add name=Birch phone=2
field:
    customer add name=Cedar phone=3
sync
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
expect field:
    Alba | phone 1 | Synced
    Birch | phone 2 | Synced
    Cedar | phone 3

= An edit on the receiving side stays there.
field:
    customer Birch set phone=22
sync
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
expect field:
    Alba | phone 1 | Synced
    Birch | phone 22 | Synced with warnings
    Cedar | phone 3
expect log:
    noted Birch: Edited in the field system: Phone. Customers come from QuickBooks, so this stays here only and is overwritten when the customer changes in QuickBooks.

= Both ways: what is to come of it is shown, and nothing is written.
settings customers.direction=two_way
sync
expect plan:
    waits: Setting customers.direction changed from books_to_field to two_way.
    update Birch in QuickBooks; Phone 2 -> 22
    create Cedar in QuickBooks; Company Name nothing -> Cedar; Phone nothing -> 3; Active nothing -> True
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
sync
expect quickbooks:
    Alba | phone 1
    Birch | phone 2
approve
sync
expect quickbooks:
    Alba | phone 1
    Birch | phone 22
    Cedar | phone 3
expect field:
    Alba | phone 1 | Synced
    Birch | phone 22 | Synced
    Cedar | phone 3 | Synced

= To QuickBooks only: what QuickBooks edits stays there.
settings customers.direction=field_to_books
sync
expect log:
    nothing
quickbooks:
    customer Alba set phone=11
    customer add name=Dogwood phone=4
sync
expect field:
    Alba | phone 1 | Synced with warnings
    Birch | phone 22 | Synced
    Cedar | phone 3 | Synced
expect log:
    noted Alba: Edited in QuickBooks: Phone. Customers go from the field system to QuickBooks, so this stays there only and is overwritten when the customer changes in the field system.

= And back: all are still the same customers.
settings customers.direction=books_to_field
sync
expect plan:
    waits: Setting customers.direction changed from field_to_books to books_to_field. Setting tax_sync changed from off to on. Setting terms_sync changed from off to on.
    update Alba in the field system; Phone 1 -> 11
    create Dogwood in the field system; Company Name nothing -> Dogwood; Phone nothing -> 4; Active nothing -> True
expect field:
    Alba | phone 1 | Synced with warnings
    Birch | phone 22 | Synced
    Cedar | phone 3 | Synced
approve
sync
expect field:
    Alba | phone 11 | Synced
    Birch | phone 22 | Synced
    Cedar | phone 3 | Synced
    Dogwood | phone 4 | Synced
expect quickbooks:
    Alba | phone 11
    Birch | phone 22
    Cedar | phone 3
    Dogwood | phone 4
quickbooks:
    customer Cedar rename "Cedar of Harlow"
sync
expect field:
    Alba | phone 11 | Synced
    Birch | phone 22 | Synced
    Cedar of Harlow | phone 3 | Synced
    Dogwood | phone 4 | Synced
expect settings:
    Setting customers.direction changed from books_to_field to two_way.
    Setting customers.direction changed from two_way to field_to_books.
    Setting customers.direction changed from field_to_books to books_to_field.
    Setting tax_sync changed from on to off.
    Setting tax_sync changed from off to on.
    Setting terms_sync changed from on to off.
    Setting terms_sync changed from off to on.
