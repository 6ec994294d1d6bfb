"""The words of the engine, as values. Imports nothing of ours and does nothing.

Terminology
===========
books       QuickBooks. *field*: the field-service system. Each is a **side**.
company     one connection between one field account and one QuickBooks company file.
record      what one side holds under one identifier, in canonical form (trimmed, Decimal, our field names).
sight       a record as we last saw it on one side, or the news that it is gone. Sights are durable; reading
            a record again whose sight has the same digest costs nothing and changes nothing.
stamp       the light form of a sight: identifier, version and time of modification, without the values.
link        the remembered pair (field record, books record). Identity is the link, never the name (spec 2.6).
base        the mapped values that both sides had when they last agreed. Part of the link.
version     the other system's own mark of a state: EditSequence in QuickBooks, ``version`` in the desk.
digest      a short hash over the canonical values: equal digests mean "no change" (spec 2.3).
policy      the settings of a company as rules, frozen.
action      one thing that the planner decided, with its reason. *plan*: the actions of one planning.
intent      an action that is about to be carried out: committed before anything is sent.
outcome     what came of it, told by the side that was written.
event       a line of the history; never changed, never deleted.
hold        a record that waits for a person, with the reason. All holds together are *Needs attention*.
run         one session's worth of work, from ``authenticate`` to ``closeConnection``.
cursor      up to where one side has been read.
lease       the right of one session to work on a company; its **epoch** rises at every session start.
"""
