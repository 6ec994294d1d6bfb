"""What happens inside QuickBooks when a message set arrives: judging, executing, answering.

Nothing here may know who sends the set or how it travels.
"""
