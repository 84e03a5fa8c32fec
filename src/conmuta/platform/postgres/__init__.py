"""Django's PostgreSQL backend, which also tells PostgreSQL the scope in force."""


def release() -> None:
    """Gives this thread's connections back, before a long wait. Not inside a transaction."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
