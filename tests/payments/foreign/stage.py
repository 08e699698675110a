"""A payer with yuan before a shop in Berlin, at 7.7900 CNY for one euro."""

from datetime import datetime
from typing import Any

from django.db import connection

from base.core.findings import Finding
from merchants.models import QrCode
from payments.checks import CHECKS
from payments.flows.choose_wallet import choose_wallet
from payments.flows.confirm import confirm
from payments.models import Payment, Session
from people.models import User
from tests.factories import PIN, make_person, make_rate, scan, yes_to
from wallets.checks import CHECKS as LEDGER
from wallets.models import Entry

RATE = "7.7900"


def wang(**fields: Any) -> User:
    """500.00 CNY and no euro."""
    return make_person(funds={"CNY": 50_000}, **fields)


def yuan(rate: str = RATE, **fields: Any) -> None:
    make_rate("CNY", rate, **fields)


def quoted(
    code: QrCode, person: User, *, currency: str = "CNY", at: datetime | None = None, **typed: Any
) -> Session:
    """A scan whose payer has chosen the wallet and sees its rate."""
    session = scan(code, person, **typed)
    choose_wallet(session_id=session.pk, person_id=person.pk, currency=currency, happened_at=at)
    session.refresh_from_db()
    return session


def say_yes(session: Session, person: User, token: str = "", **other: Any) -> Payment:
    said: dict[str, Any] = {
        "session_id": session.pk,
        "person_id": person.pk,
        "confirmation": token or yes_to(session, person),
        "pin": PIN,
    }
    return confirm(**(said | other))


def pay_abroad(code: QrCode, person: User, *, currency: str = "CNY", **typed: Any) -> Payment:
    """Scan, choose the wallet, say yes: a promised payment."""
    return say_yes(quoted(code, person, currency=currency, **typed), person)


def journal_of(reference: str) -> dict[str, int]:
    """The entries under a reference, by account code."""
    entries = Entry.objects.filter(journal__reference=reference).select_related("account").order_by("line")
    return {entry.account.code: entry.amount_minor for entry in entries}


def findings() -> list[Finding]:
    """What the checks of ledger and payments say of the books, inside this test's transaction."""
    with connection.cursor() as cursor:
        return [found for check in (LEDGER | CHECKS).values() for found in check(cursor)]
