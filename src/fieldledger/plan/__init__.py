"""Planning: (sights, links, policy) -> actions. Pure: no clock, no randomness, no I/O, same input same output."""
