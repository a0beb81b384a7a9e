"""What keeps the demo from going on."""


class Trouble(Exception):
    """The text says what happened and what to do about it."""
