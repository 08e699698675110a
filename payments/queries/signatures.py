"""The signatures of receipts and the keys that verify them; from the settings, nothing is stored or read.

Promise: the public half only leaves this module.
"""

from datetime import UTC
from typing import Any

from django.conf import settings

from payments.core.signature import ALGORITHM, ReceiptKey, Signed, base64url, key_of_day, sign
from payments.models import Receipt

SIGNED_SCHEMA = "quittance-signed-receipt-1"
KEYS_PATH = "/.well-known/quittance-receipt-keys.json"


def signature_of(receipt: Receipt) -> Signed:
    """The signature of a receipt, the same whenever it is asked for."""
    return sign(receipt.body, key_of_day(configured_keys(), receipt.created_at.astimezone(UTC).date()))


def signed_receipt(receipt: Receipt) -> dict[str, Any]:
    """All that somebody needs to verify a receipt without us, but the public key."""
    signed = signature_of(receipt)
    return {
        "schema": SIGNED_SCHEMA,
        "body": receipt.body,
        "sha256": bytes(receipt.sha256).hex(),
        "algorithm": ALGORITHM,
        "key_id": signed.key_id,
        "signature": base64url(signed.signature),
        "keys": f"{settings.BASE_URL}{KEYS_PATH}",
    }


def public_keys() -> dict[str, Any]:
    """The public keys as a JSON Web Key set (RFC 8037), newest first, old ones too."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": ALGORITHM,
                "use": "sig",
                "kid": str(key.key_id),
                "x": base64url(key.public),
                "valid_from": key.since.isoformat() if key.since else None,
            }
            for key in configured_keys()
        ]
    }


def configured_keys() -> list[ReceiptKey]:
    """Newest first."""
    return [ReceiptKey(*parts) for parts in settings.RECEIPT_KEYS]
