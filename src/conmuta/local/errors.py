"""What this machine could not do, in words for the person at its terminal."""


class MachineError(Exception):
    """A part of the machine is missing or did not start; the text says what to do."""
