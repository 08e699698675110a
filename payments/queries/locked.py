"""The scan that is being confirmed, locked, with everything that its price depends on.

One statement whose text is put together once: on the pay path the ORM's compiler would cost more than
PostgreSQL does. Rows become the same models that any other read gives.
"""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from merchants.models import Branch, Merchant, QrCode, TaxProfile, Till
from payments.models import Session

_JOINED: dict[str, type[models.Model]] = {
    "session": Session, "code": QrCode, "merchant": Merchant, "profile": TaxProfile, "branch": Branch,
    "till": Till,
}  # fmt: skip
_FROM = """
FROM payments_session session
JOIN merchants_qrcode code ON code.id = session.code_id
JOIN merchants_merchant merchant ON merchant.id = code.merchant_id
LEFT JOIN merchants_taxprofile profile ON profile.merchant_id = merchant.id
JOIN merchants_branch branch ON branch.id = code.branch_id
LEFT JOIN merchants_till till ON till.id = code.till_id
WHERE session.id = %s AND session.person_id = %s FOR UPDATE OF session
"""
# Most shops share with nobody: then their rules are not asked for at all.
_PARTNERS = (
    "EXISTS (SELECT FROM merchants_splitrule r WHERE r.merchant_id = merchant.id AND r.state = 'active')"
)


def session_locked(session_id: UUID, person_id: UUID) -> Session | None:
    """A person's session under its lock, with code, merchant, tax profile, branch and till; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [session_id, person_id])
        row = cursor.fetchone()
    if row is None:
        return None
    found = _models(row)
    session, code, merchant = found["session"], found["code"], found["merchant"]
    code.merchant, code.branch, code.till = merchant, found["branch"], found["till"]
    found["branch"].merchant = session.merchant = merchant
    merchant.may_share = row[-1]
    session.code = code
    if found["profile"] is not None:
        found["profile"].merchant = merchant
    typed: Session = session
    return typed


@cache
def _statement() -> str:
    columns = ", ".join(
        f'{name}."{field.column}"' for name, model in _JOINED.items() for field in model._meta.concrete_fields
    )
    return f"SELECT {columns}, {_PARTNERS} {_FROM}"


def _models(row: tuple[Any, ...]) -> dict[str, Any]:
    """One model a joined table, None where an outer join found nothing."""
    found: dict[str, Any] = {}
    start = 0
    for name, model in _JOINED.items():
        fields = model._meta.concrete_fields
        values = [
            _value(field, value)
            for field, value in zip(fields, row[start : start + len(fields)], strict=True)
        ]
        start += len(fields)
        key = model._meta.pk
        there = values[fields.index(key)] is not None
        found[name] = model.from_db("default", [field.attname for field in fields], values) if there else None
    return found


def _value(field: Any, value: Any) -> Any:
    for convert in field.get_db_converters(connection):
        value = convert(value, None, connection)
    return value
