"""The public halves of the keys that have signed receipts: a setting has no memory, and receipts need all.

Signatures are made when they are asked for. Without the key of its day a receipt would quietly get another
one, so `migrate`, and `check --database default`, refuse to go on.
"""

from collections.abc import Collection
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections, models
from django.db.models.functions import Now


class UsedReceiptKey(models.Model):
    """Only added, by `remember_keys`. since: as a `ReceiptKey` has it."""

    key_id = models.PositiveSmallIntegerField(primary_key=True)
    public = models.BinaryField(max_length=32)
    since = models.DateField(null=True)
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"receipt key {self.key_id}"

    @classmethod
    def check(cls, **kwargs: Any) -> list[CheckMessage]:
        return [*super().check(**kwargs), *_lost(kwargs.get("databases") or ())]


def _lost(databases: Collection[str]) -> list[CheckMessage]:
    """An error a key; nothing before the table is there.

    What signs is loaded here, not with the models: cryptography takes 7 MB of a process.
    """
    signature = import_module("payments.core.signature")
    configured = [signature.ReceiptKey(*parts) for parts in settings.RECEIPT_KEYS]
    errors: list[CheckMessage] = []
    for name in databases:
        if UsedReceiptKey._meta.db_table in connections[name].introspection.table_names():
            used = UsedReceiptKey.objects.using(name).values_list("key_id", "public", "since")
            lost = signature.lost_keys(
                [(number, bytes(public), since) for number, public, since in used], configured
            )
            errors += [
                Error(
                    f"RECEIPT_KEYS lacks receipt key {number} as it was when it signed receipts.",
                    hint="Put it back with the first day that it had: else they get another signature.",
                    id="payments.E001",
                )
                for number in lost
            ]
    return errors
