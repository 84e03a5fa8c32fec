"""What is bound to what, where a floor may not import the one above it."""


def bind() -> None:
    """Called once, when the apps are loaded."""
