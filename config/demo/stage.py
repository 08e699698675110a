"""Set the stage: people, shops, codes. Run as often as you like: what is there stays."""

import re
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password

from base.models import Notice
from config.demo.cast import ACCOUNTANT, HOMES, OPERATOR, PASSWORD, PIN, SHOPS, ShopPlan
from merchants.flows.accept_invite import accept_invite
from merchants.flows.add_branch import add_branch
from merchants.flows.add_item import add_item
from merchants.flows.add_till import add_till
from merchants.flows.create_static import create_static
from merchants.flows.invite import invite
from merchants.flows.register import register
from merchants.flows.review_merchant import review_merchant
from merchants.flows.set_own_rate import set_own_rate
from merchants.models import Branch, Merchant, QrCode, Till
from people.flows.keep_residence import keep_residence
from people.flows.set_pin import set_pin
from people.models import Pin, User
from people.queries import residence_of

FAVOURITES = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """One shop of the demo as it stands in the database."""

    plan: ShopPlan
    merchant: Merchant
    branch: Branch
    tills: list[Till]
    poster: QrCode
    cashier: User


def set_stage() -> list[Stage]:
    """Make, or find, everybody and everything that trades."""
    operator = person(OPERATOR, staff=True)
    accountant = person(ACCOUNTANT)
    return [_shop(plan, operator, accountant) for plan in SHOPS]


def person(email: str, *, staff: bool = False, pin: bool = False) -> User:
    """A person with the demo's password; if they pay, with its PIN and the country that they live in."""
    found = User.objects.filter(email=email).first()
    if found is None:
        found = User.objects.create(
            email=email,
            password=_password(),
            is_staff=staff,
            name=email.split("@")[0].replace(".", " ").title(),
        )
    if pin and not Pin.objects.filter(person=found).exists():
        set_pin(person_id=found.pk, pin=PIN)
    if pin and residence_of(found.pk) is None:
        keep_residence(person_id=found.pk, country=HOMES[email], source="stated")
    return found


@cache
def _password() -> str:
    """Hashed once: a slow hash for each of the cast would make the first start slow."""
    return make_password(PASSWORD)


def _shop(plan: ShopPlan, operator: User, accountant: User) -> Stage:
    owner = person(plan.owner)
    merchant = Merchant.objects.filter(trade_name=plan.trade_name, memberships__person=owner).first()
    if merchant is None:
        merchant = register(
            actor_id=owner.pk,
            legal_name=plan.legal_name,
            trade_name=plan.trade_name,
            country=plan.country,
            tax_number=plan.tax_number,
            prices_include_tax=plan.prices_include_tax,
            categories=plan.categories,
            mcc=plan.mcc,
        )
    if plan.own_rate and not merchant.own_rates.exists():
        tax, rate, since = plan.own_rate
        for category in plan.categories:
            set_own_rate(
                actor_id=owner.pk,
                merchant_id=merchant.pk,
                category=category,
                tax=tax,
                rate=rate,
                valid_from=since,
            )
    branch = Branch.objects.filter(merchant=merchant).first() or add_branch(
        actor_id=owner.pk, merchant_id=merchant.pk, **plan.branch
    )
    tills = [
        Till.objects.filter(branch=branch, name=name).first()
        or add_till(actor_id=owner.pk, branch_id=branch.pk, name=name)
        for name in plan.tills
    ]
    if plan.reviewed and merchant.review == Merchant.Review.WAITING:
        merchant = review_merchant(operator_id=operator.pk, merchant_id=merchant.pk, agreed=True)
    cashier = _member(merchant, owner, plan.cashier, "cashier") if plan.cashier else owner
    if plan.accountant:
        _member(merchant, owner, accountant.email, "accountant")
    if not merchant.items.exists():
        _fill_catalogue(merchant, owner, plan)
    category, label = plan.poster
    poster = QrCode.objects.filter(merchant=merchant, label=label).first() or create_static(
        actor_id=owner.pk, branch_id=branch.pk, till_id=tills[0].pk, category=category, label=label
    )
    return Stage(plan, merchant, branch, tills, poster, cashier)


def _fill_catalogue(merchant: Merchant, owner: User, plan: ShopPlan) -> None:
    """What the shop sells, its first few as favourites."""
    for place, item in enumerate(plan.items, 1):
        add_item(
            actor_id=owner.pk,
            merchant_id=merchant.pk,
            name=item.description,
            price_minor=item.amount_minor,
            category=item.category,
            favourite=place <= FAVOURITES,
            position=place,
        )


def _member(merchant: Merchant, owner: User, email: str, role: str) -> User:
    """Invite and accept, by the link in the mail, as a person would."""
    invited = person(email)
    if not merchant.memberships.filter(person=invited, ended_at=None).exists():
        merchant.invites.filter(email=email, accepted_at=None, withdrawn_at=None).delete()
        invite(actor_id=owner.pk, merchant_id=merchant.pk, email=email, role=role)
        letter = Notice.objects.filter(to=email).latest("id")
        found = re.search(r"/invites/([\w-]+)/", letter.body)
        assert found, letter.body
        accept_invite(actor=invited, token=found[1])
    return invited
