"""Asks that nobody paid run out, in batches that lock nobody out."""

from django.db import connection, transaction

_EXPIRE = """
UPDATE wallets_ask SET state = 'expired', ended_at = now() WHERE id IN (
    SELECT id FROM wallets_ask WHERE state = 'open' AND expires_at <= now()
    ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def expire_asks(*, limit: int = 500) -> int:
    """End open asks whose time is over, `limit` a transaction, until none is left; returns how many."""
    ended = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_EXPIRE, [limit])
            batch = cursor.rowcount
        ended += batch
        if batch < limit:
            return ended
