"""People, shops and payments for tests. Money moves only through the real flows."""

import functools
import itertools
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from base.ids import database_now
from merchants.models import Branch, Membership, Merchant, OwnRate, QrCode, TaxProfile, Till
from payments.core import confirmation
from payments.flows.claim_session import claim_session
from payments.flows.confirm import confirm
from payments.flows.settle import settle
from payments.models import Payment, Session
from payments.queries import quote_of
from people.flows.set_pin import set_pin
from people.models import User
from wallets.flows.top_up import top_up
from wallets.models import Account, FxRate

PIN = "246810"
PASSWORD = "correct horse battery"
_number = itertools.count(1)

PLACES: dict[str, dict[str, str]] = {
    "DE": {"city": "Berlin", "time_zone": "Europe/Berlin", "tax_number": "DE136695976", "currency": "EUR"},
    "GB": {"city": "London", "time_zone": "Europe/London", "tax_number": "GB980780684", "currency": "GBP"},
    "VN": {"city": "Ha Noi", "time_zone": "Asia/Ho_Chi_Minh", "tax_number": "0100233488", "currency": "VND"},
    "JP": {"city": "Kyoto", "time_zone": "Asia/Tokyo", "tax_number": "T1234567890123", "currency": "JPY"},
    "TN": {"city": "Tunis", "time_zone": "Africa/Tunis", "tax_number": "1234567A", "currency": "TND"},
    "US": {"city": "Austin", "time_zone": "America/Chicago", "tax_number": "042103594", "currency": "USD"},
}


@dataclass(frozen=True)
class Shop:
    """A business with one branch, one till, an owner and a cashier."""

    merchant: Merchant
    branch: Branch
    till: Till
    owner: User
    cashier: User


def make_person(
    email: str | None = None,
    *,
    pin: str | None = PIN,
    country: str = "",
    funds: dict[str, int] | None = None,
    **fields: Any,
) -> User:
    """A person; funds are topped up through the sandbox rail, in minor units. country: where they live."""
    email = email or f"person{next(_number)}-{secrets.token_hex(4)}@example.com"
    person = User.objects.create(email=email.lower(), password=_hashed(), **fields)
    if pin:
        set_pin(person_id=person.pk, pin=pin, country=country)
    for currency, amount_minor in (funds or {}).items():
        top_up(person_id=person.pk, currency=currency, amount_minor=amount_minor, key=f"start {currency}")
    return person


@functools.cache
def _hashed() -> str:
    """The password's hash, worked out once: it is slow by design, and most tests never sign in."""
    return make_password(PASSWORD)


def make_shop(
    country: str = "DE",
    *,
    inclusive: bool = True,
    categories: tuple[str, ...] = ("standard", "reduced"),
    reviewed: bool = True,
    owner: User | None = None,
    rounding: str = "per_line",
    fee_ppm: int = 5_000,
    own_rate: str | None = None,
    trade_name: str = "Café Morgenrot",
) -> Shop:
    """A shop that may take money: reviewed, with a tax profile (shops in the US have own rates)."""
    place = PLACES[country]
    merchant = Merchant.objects.create(
        legal_name=f"{trade_name} GmbH",
        trade_name=trade_name,
        country=country,
        currency=place["currency"],
        review="reviewed" if reviewed else "waiting",
        reviewed_at=database_now() if reviewed else None,
        fee_ppm=fee_ppm,
    )
    TaxProfile.objects.create(
        merchant=merchant,
        tax_number=place["tax_number"],
        prices_include_tax=inclusive,
        categories=list(categories),
        rounding=rounding,
    )
    if country == "US" or own_rate:
        for category in categories:
            OwnRate.objects.create(
                merchant=merchant,
                category=category,
                tax="SALES",
                rate=own_rate or "8.2500",
                valid_from=datetime(2020, 1, 1).date(),  # noqa: DTZ001 - a local day
            )
    branch = _branch(merchant, country)
    till = Till.objects.create(branch=branch, name="Till 1")
    owner = owner or make_person(pin=None)
    cashier = make_person(pin=None)
    Membership.objects.create(merchant=merchant, person=owner, role="owner")
    Membership.objects.create(merchant=merchant, person=cashier, role="cashier")
    return Shop(merchant, branch, till, owner, cashier)


def _branch(merchant: Merchant, country: str) -> Branch:
    place = PLACES[country]
    return Branch.objects.create(
        merchant=merchant,
        name="Main",
        street="Torstraße 12",
        postcode="10119",
        city=place["city"],
        country=country,
        region="US-TX" if country == "US" else "",
        time_zone=place["time_zone"],
    )


def make_member(shop: Shop, role: str) -> User:
    person = make_person(pin=None)
    Membership.objects.create(merchant=shop.merchant, person=person, role=role)
    return person


def make_static_code(shop: Shop, category: str = "standard", *, till: bool = True, **fields: Any) -> QrCode:
    """A printed code; at the till, or (till=False) of the whole branch."""
    return QrCode.objects.create(
        id=uuid.uuid4(),
        key_id=next(iter(settings.CODE_KEYS)),
        merchant=shop.merchant,
        branch=shop.branch,
        till=shop.till if till else None,
        kind="static",
        category=category,
        created_by=shop.owner,
        **fields,
    )


def make_one_time_code(
    shop: Shop,
    amount_minor: int = 1190,
    *,
    lines: list[dict[str, Any]] | None = None,
    life: timedelta = timedelta(minutes=5),
    **fields: Any,
) -> QrCode:
    """A code for one order: one line of `amount_minor`, or the given lines."""
    one = {"description": "Order", "category": "standard", "amount_minor": amount_minor}
    return QrCode.objects.create(
        id=uuid.uuid4(),
        key_id=next(iter(settings.CODE_KEYS)),
        merchant=shop.merchant,
        branch=shop.branch,
        till=shop.till,
        kind="one_time",
        lines=lines or [one],
        expires_at=database_now() + life,
        created_by=shop.cashier,
        **fields,
    )


def scan(code: QrCode, person: User, *, typed_minor: int | None = None, tip_minor: int = 0) -> Session:
    """An open session of a person, ready for the confirm."""
    session = Session.objects.create(
        code=code,
        merchant_id=code.merchant_id,
        typed_minor=typed_minor,
        tip_minor=tip_minor,
        expires_at=database_now() + timedelta(minutes=15),
    )
    claim_session(session_id=session.pk, person_id=person.pk)
    return Session.objects.select_related("code__merchant__tax_profile", "code__branch", "code__till").get(
        pk=session.pk
    )


def yes_to(session: Session, person: User, *, at: datetime | None = None) -> str:
    """The confirmation token that the payer's page would carry."""
    now = at or database_now()
    quote = quote_of(session, at=now)
    expires = int(now.timestamp()) + 300
    return confirmation.seal(quote.shown_to(person.pk), expires=expires, key=settings.SECRET_KEY.encode())


def pay(
    code: QrCode,
    person: User,
    amount_minor: int | None = None,
    *,
    tip_minor: int = 0,
    pin: str = PIN,
    happened_at: datetime | None = None,
) -> Payment:
    """Scan, type and confirm: a promised payment."""
    session = scan(code, person, typed_minor=amount_minor, tip_minor=tip_minor)
    return confirm(
        session_id=session.pk,
        person_id=person.pk,
        confirmation=yes_to(session, person, at=happened_at),
        pin=pin,
        happened_at=happened_at,
    )


def make_rate(
    currency: str, rate: str, *, days_old: int = 0, source: str = "ecb", imported_at: datetime | None = None
) -> FxRate:
    """A rate of exchange: so many units of `currency` were one euro, days ago."""
    now = database_now()
    return FxRate.objects.create(
        currency=currency,
        rate=Decimal(rate),
        source=source,
        published_on=now.date() - timedelta(days=days_old),
        publisher="The state bank" if source == "manual" else "",
        imported_at=imported_at or now,
    )


def settle_all() -> int:
    """Settle everything that is promised."""
    done = 0
    while settled := settle():
        done += settled
    return done


def balance(code: str) -> int:
    """An account's balance in minor units; 0 where it was never opened."""
    return Account.objects.filter(code=code).values_list("balance_minor", flat=True).first() or 0
