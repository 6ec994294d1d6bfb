"""Wishes that cannot be granted: a sentence for a person."""


class CannotDo(Exception):
    """str(error) says what cannot be done, why, and what to do instead."""


class NoSuchThing(CannotDo):
    """What was named does not exist."""


class WrongUse(CannotDo):
    """What was asked for makes no sense as it was put."""
