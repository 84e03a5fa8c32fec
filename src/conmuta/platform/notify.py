"""PostgreSQL's NOTIFY: heard by whoever listens when the transaction commits."""

from django.db import connection


def send(channel: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [channel])
