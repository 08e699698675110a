"""A scan as it is looked at before the yes: with everything that its price and its payer depend on.

One statement, which also counts the try of the payer's PIN. Its text is put together once: on the pay path
the ORM's compiler would cost more than PostgreSQL does. Rows become the same models that any other read
gives. Nothing is locked: what may change before the write is compared there, under its locks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from base.core.errors import Refused
from base.flows.retry import retry
from base.rows import model_of
from merchants.models import Branch, Merchant, QrCode, TaxProfile, Till
from payments.models import Session
from people.flows.check_pin import Try, counted_try, refuse_inside_transaction
from people.models import MAX_WRONG_TRIES
from people.queries import KnownResidence
from wallets.core.limits import BASIC

_JOINED: dict[str, type[models.Model]] = {
    "session": Session, "code": QrCode, "merchant": Merchant, "profile": TaxProfile, "branch": Branch,
    "till": Till,
}  # fmt: skip
# Materialized: the try is counted once, whatever the plan. A scan that has paid already costs no try.
_TRIED = """
WITH tried AS MATERIALIZED (
    SELECT t.* FROM people_count_try(
        (SELECT s.person_id FROM payments_session s
        WHERE s.id = %(session)s AND s.person_id = %(person)s AND s.state <> 'confirmed' AND %(count_try)s),
        %(most)s) t
)
"""
_FROM = """
FROM tried, payments_session session
JOIN merchants_qrcode code ON code.id = session.code_id
JOIN merchants_merchant merchant ON merchant.id = code.merchant_id
LEFT JOIN merchants_taxprofile profile ON profile.merchant_id = merchant.id
JOIN merchants_branch branch ON branch.id = code.branch_id
LEFT JOIN merchants_till till ON till.id = code.till_id
LEFT JOIN wallets_wallet wallet ON wallet.owner_id = session.person_id
LEFT JOIN LATERAL (
    SELECT r.country, r.source FROM people_residence r WHERE r.person_id = session.person_id
    ORDER BY r.declared_at DESC, r.id DESC LIMIT 1) residence ON true
WHERE session.id = %(session)s AND session.person_id = %(person)s
"""
# Most shops share with nobody and have no rates of their own: then neither is asked for.
_BESIDE = """
EXISTS (SELECT FROM merchants_splitrule r WHERE r.merchant_id = merchant.id AND r.state = 'active'),
EXISTS (SELECT FROM merchants_ownrate o WHERE o.merchant_id = merchant.id),
residence.country, residence.source,
wallet.id, wallet.tier, clock_timestamp(), tried.key_id, tried.salt, tried.mac, tried.number
"""
_Convert = Callable[[Any], Any]


class _Table(NamedTuple):
    """One joined table: its columns in a row, its key's place among them, and what must be converted."""

    model: type[models.Model]
    columns: slice
    attributes: list[str]
    key: int
    converted: list[tuple[int, _Convert]]

    def made(self, row: tuple[Any, ...], **related: models.Model | None) -> Any:
        """The row's model of this table, None where an outer join found nothing."""
        values = list(row[self.columns])
        if values[self.key] is None:
            return None
        for place, convert in self.converted:
            values[place] = convert(values[place])
        return model_of(self.model, self.attributes, values, **related)


@dataclass(frozen=True, slots=True)
class Seen:
    """A person's scan at one moment of the database's clock. wallet: None until one was opened.

    counted: the try of the PIN, None where none was asked for or could be counted. residence: where the payer
    lives, and by whose word; None where nobody has said.
    """

    session: Session
    wallet: UUID | None
    tier: str
    now: datetime
    counted: Try | None
    residence: KnownResidence | None = None


@retry
def look(*, session_id: UUID, person_id: UUID, count_try: bool = False) -> Seen:
    """A person's session with code, merchant, tax profile, branch, till and wallet; one statement.

    count_try: count a try of the PIN, unless the session is confirmed. It must be committed at once, so
    RuntimeError inside an open transaction. Refused: not_found 404.
    """
    if count_try:
        refuse_inside_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(),
            {"session": session_id, "person": person_id, "count_try": count_try, "most": MAX_WRONG_TRIES},
        )
        row = cursor.fetchone()
    if row is None:
        raise Refused("not_found", "There is nothing here that you may see.", status=404)
    session = _session(row)
    merchant = session.merchant
    merchant.may_share, merchant.has_own_rates, country, source, wallet, tier, now = row[-11:-4]
    residence = KnownResidence(country, source) if country else None
    return Seen(session, wallet, tier or BASIC, now, counted_try(row[-4:]), residence)


@cache
def _statement() -> str:
    columns = ", ".join(
        f'{name}."{field.column}"' for name, model in _JOINED.items() for field in model._meta.concrete_fields
    )
    return f"{_TRIED} SELECT {columns}, {_BESIDE} {_FROM}"


@cache
def _tables() -> dict[str, _Table]:
    found, start = {}, 0
    for name, model in _JOINED.items():
        fields = model._meta.concrete_fields
        converters = [(place, _converter(field)) for place, field in enumerate(fields)]
        found[name] = _Table(
            model,
            slice(start, start + len(fields)),
            [field.attname for field in fields],
            next(place for place, field in enumerate(fields) if field.primary_key),
            [(place, convert) for place, convert in converters if convert is not None],
        )
        start += len(fields)
    return found


def _converter(field: Any) -> _Convert | None:
    """What turns a column's value into the field's, as the ORM would; None where it is that already."""
    converters = [*connection.ops.get_db_converters(field.cached_col), *field.get_db_converters(connection)]
    if not converters:
        return None

    def convert(value: Any) -> Any:
        for each in converters:
            value = each(value, field.cached_col, connection)
        return value

    return convert


def _session(row: tuple[Any, ...]) -> Session:
    """The session, with all that its foreign keys name."""
    table = _tables()
    merchant = table["merchant"].made(row)
    merchant._state.fields_cache["tax_profile"] = table["profile"].made(row, merchant=merchant)
    branch = table["branch"].made(row, merchant=merchant)
    till = table["till"].made(row, branch=branch)
    code = table["code"].made(row, merchant=merchant, branch=branch, till=till)
    session: Session = table["session"].made(row, code=code, merchant=merchant)
    return session
