"""Which business, branch and till an actor may act for: the one place where roles meet rows.

Each `…_for` is one query that finds the row only through a membership whose role allows the action.
"""

from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Prefetch, QuerySet

from base.core.errors import Refused
from merchants.core.roles import Action, roles_for
from merchants.models import Branch, Membership, Merchant, Till
from people.models import User

Actor = User | AnonymousUser | UUID
Row = TypeVar("Row", bound=Model)


def not_found() -> Refused:
    """The one answer for what does not exist and for what this actor may not see."""
    return Refused("not_found", "There is nothing here that you may see.", status=404)


def shops_of(actor: Actor) -> list[Membership]:
    """The actor's memberships with their merchants, branches and tills, oldest first; three queries."""
    branches = Prefetch("merchant__branches", Branch.objects.order_by("id").prefetch_related(_tills()))
    rows = Membership.objects.filter(person_id=_id(actor), ended_at=None).order_by("id")
    return list(rows.select_related("merchant").prefetch_related(branches))


def shop_for(actor: Actor, merchant_id: UUID, action: Action) -> Merchant:
    """The merchant, if the actor's role there allows the action; one query."""
    return one(Merchant.objects.filter(pk=merchant_id, pk__in=merchants_for(actor, action)))


def role_in(actor: Actor, merchant: Merchant) -> str:
    """The actor's role in a shop, "" for none; one query."""
    rows = Membership.objects.filter(person_id=_id(actor), merchant=merchant, ended_at=None)
    return rows.values_list("role", flat=True).first() or ""


def branch_for(actor: Actor, branch_id: UUID, action: Action) -> Branch:
    """A branch with its merchant; one query."""
    rows = Branch.objects.select_related("merchant")
    return one(rows.filter(pk=branch_id, merchant__in=merchants_for(actor, action)))


def till_for(actor: Actor, till_id: UUID, action: Action) -> Till:
    """A till with its branch and merchant; one query."""
    rows = Till.objects.select_related("branch__merchant")
    return one(rows.filter(pk=till_id, branch__merchant__in=merchants_for(actor, action)))


def branches_of(merchant: Merchant) -> list[Branch]:
    """The branches of a shop with their tills, oldest first; two queries."""
    return list(merchant.branches.order_by("id").prefetch_related(_tills()))


def tills_at(branch: Branch) -> list[Till]:
    """The tills of a branch, oldest first; one query."""
    return list(branch.tills.order_by("id"))


def tills_of(merchant: Merchant) -> list[Till]:
    """All tills with their branches, in the order in which they were made; one query."""
    rows = Till.objects.filter(branch__merchant=merchant).select_related("branch")
    return list(rows.order_by("branch_id", "id"))


def merchants_for(actor: Actor, action: Action) -> QuerySet[Membership, UUID]:
    """The ids of the merchants for which the actor may do this, as a subquery."""
    rows = Membership.objects.filter(
        person_id=_id(actor), person__is_active=True, ended_at=None, role__in=roles_for(action)
    )
    return rows.values_list("merchant_id", flat=True)


def _tills() -> "Prefetch[str, QuerySet[Till], str]":
    return Prefetch("tills", Till.objects.order_by("id"))


def _id(actor: Actor) -> UUID | None:
    return actor if isinstance(actor, UUID) else actor.pk


def one(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise not_found()
    return row
