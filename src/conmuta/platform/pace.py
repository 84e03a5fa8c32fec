"""How often somebody may ask or try something in a minute.

Counted in the database, so that all server processes count as one; a row a minute and caller.
"""

import time

from django.db import connection

from conmuta.platform.errors import TooManyRequests

MINUTE = 60


def count(who: str) -> int:
    """Counts one more of `who`; how many there were in this minute."""
    minute = int(time.time()) // MINUTE
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO platform_pace (who, minute, count) VALUES (%s, %s, 1) "
            "ON CONFLICT (who, minute) DO UPDATE SET count = platform_pace.count + 1 "
            "RETURNING count",
            [who, minute],
        )
        row = cursor.fetchone()
        if row[0] == 1:
            cursor.execute(
                "DELETE FROM platform_pace WHERE who = %s AND minute < %s", [who, minute]
            )
    return int(row[0])


def take(who: str, limit: int) -> int:
    """Counts one more; how many are left in this minute. Raises `TooManyRequests`."""
    left = limit - count(who)
    if left < 0:
        raise _too_many(limit)
    return left


def refuse(who: str, limit: int) -> None:
    """Raises `TooManyRequests` where `limit` is reached; counts nothing."""
    minute = int(time.time()) // MINUTE
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM platform_pace WHERE who = %s AND minute = %s AND count >= %s",
            [who, minute, limit],
        )
        if cursor.fetchone():
            raise _too_many(limit)


def _too_many(limit: int) -> TooManyRequests:
    return TooManyRequests(limit=limit, seconds=MINUTE - int(time.time()) % MINUTE)
