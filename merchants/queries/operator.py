"""What the platform's operators see: shops to review, names to agree to, who is frozen, a search.

Every read here takes an actor and is 404 for whoever is not staff.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from merchants.models import Merchant, NameChange
from merchants.queries.shops import Actor, not_found, one
from people.models import User

SEARCH_LIMIT = 20


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A person with a wallet, as the operator's search shows it."""

    wallet_id: UUID
    email: str
    frozen_at: datetime | None
    tier: str


def operator_for(actor: Actor) -> UUID:
    """The actor's id if it is an operator; one query. Refused not_found (404) for everybody else."""
    person_id = actor if isinstance(actor, UUID) else actor.pk
    if person_id and User.objects.filter(pk=person_id, is_staff=True, is_active=True).exists():
        return person_id
    raise not_found()


def shops_waiting(actor: Actor) -> list[Merchant]:
    """Shops that wait for a review, oldest first, with what there is to look at."""
    rows = _shops(actor).filter(review=Merchant.Review.WAITING)
    return list(rows.prefetch_related("branches", "memberships__person").order_by("id"))


def name_changes_waiting(actor: Actor) -> list[NameChange]:
    """Names asked for, oldest first."""
    operator_for(actor)
    rows = NameChange.objects.filter(state=NameChange.State.ASKED).select_related("merchant", "asked_by")
    return list(rows.order_by("id"))


def frozen_shops(actor: Actor) -> list[Merchant]:
    return list(_shops(actor).filter(frozen_at__isnull=False).order_by("-frozen_at"))


def search_shops(actor: Actor, text: str) -> list[Merchant]:
    """Up to twenty shops by a part of a name, or by an owner's or cashier's whole e-mail address."""
    rows = _shops(actor).filter(
        Q(trade_name__icontains=text)
        | Q(legal_name__icontains=text)
        | Q(memberships__person__email__iexact=text, memberships__ended_at=None)
    )
    return list(rows.distinct().order_by("trade_name", "id")[:SEARCH_LIMIT])


def shop_for_operator(actor: Actor, merchant_id: UUID) -> Merchant:
    return one(_shops(actor).filter(pk=merchant_id))


def search_customers(actor: Actor, text: str) -> list[CustomerRow]:
    """Up to twenty people with a wallet, by a part of their e-mail address."""
    return _customers(actor, Q(email__icontains=text))


def frozen_customers(actor: Actor) -> list[CustomerRow]:
    """The first twenty people by e-mail whose wallet is frozen: the search finds the others."""
    return _customers(actor, Q(wallet__frozen_at__isnull=False))


def customer_of_wallet(actor: Actor, wallet_id: UUID) -> CustomerRow:
    found = _customers(actor, Q(wallet__id=wallet_id))
    if not found:
        raise not_found()
    return found[0]


def _shops(actor: Actor) -> QuerySet[Merchant]:
    operator_for(actor)
    return Merchant.objects.select_related("tax_profile")


def _customers(actor: Actor, which: Q) -> list[CustomerRow]:
    operator_for(actor)
    rows = User.objects.filter(which, wallet__isnull=False).order_by("email")
    found = rows.values_list("wallet__id", "email", "wallet__frozen_at", "wallet__tier")[:SEARCH_LIMIT]
    return [CustomerRow(*row) for row in found]
