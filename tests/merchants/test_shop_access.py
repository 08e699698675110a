"""Nobody reaches what is not theirs: every address of the desk, asked by everybody who may not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from base.ids import database_now
from base.models import AuditLine
from merchants.flows.ask_name_change import ask_name_change
from merchants.flows.offer_split import offer_split
from merchants.flows.set_logo import set_logo
from merchants.flows.stop_payouts import stop_payouts
from merchants.models import Invite, Item, ItemPicture, Membership, Merchant, PayoutStop, PrintRun, TaxProfile
from merchants.urls import urlpatterns
from people.models import User
from tests.factories import Shop, make_member, make_person, make_shop, make_static_code
from tests.merchants.test_picture import file_of, halves
from tests.merchants.test_staff import send
from wallets.flows.open_account import open_wallet

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
FOR_ALL_SIGNED_IN = {"home", "register", "invite", "split_offer"}
FOR_OPERATORS = {
    "operator", "review_shop", "freeze_shop", "review_name", "freeze_wallet", "wallet_tier",
    "payout_stops", "stop_payouts", "stop_all_payouts", "lift_payout_stop",
}  # fmt: skip
FOR_OWNERS = {
    "staff", "withdraw_invite", "end_membership", "bank_account", "partners", "end_split", "tax_mode",
}  # fmt: skip
ONLY_GET = {
    "codes", "code", "sheet", "picture", "print_run", "print_run_file", "operator", "payout_stops",
    "logo_file", "preview", "print_run_preview", "items", "item_picture",
}  # fmt: skip
ONLY_POST = {"withdraw_invite", "archive_item", "restore_item"}
NAMES = [str(pattern.name) for pattern in urlpatterns]
OF_A_SHOP = [name for name in NAMES if name not in FOR_ALL_SIGNED_IN | FOR_OPERATORS]


@dataclass(frozen=True)
class Desk:
    """A shop with one of everything, and the ids that each address takes."""

    shop: Shop
    ids: dict[str, UUID | str]

    def address(self, name: str, *, unknown: bool = False) -> str:
        pattern: URLPattern = urlpatterns[NAMES.index(name)]
        wanted = pattern.pattern.converters
        ids = {key: self.ids[key] for key in wanted}
        if unknown:
            ids |= {key: uuid4() for key, value in ids.items() if isinstance(value, UUID)}
        return reverse(f"merchants:{name}", kwargs=ids)


@pytest.fixture
def desk(db: None) -> Desk:
    shop = make_shop()
    token = send(shop)
    wallet = open_wallet(person_id=shop.cashier.pk)
    change = ask_name_change(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, trade_name="Other")
    stop_payouts(merchant_id=shop.merchant.pk, reason="to be looked at", operator_id=None)
    set_logo(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, content=file_of(halves(), "PNG"))
    rule = offer_split(
        actor_id=shop.owner.pk,
        merchant_id=shop.merchant.pk,
        email="partner@example.com",
        share_ppm=300_000,
        label="Kitchen",
        starts_on=database_now().date(),
    )
    TaxProfile.objects.filter(pk=shop.merchant.pk).update(provisional=True)
    ids: dict[str, UUID | str] = {
        "stop_id": PayoutStop.objects.get().pk,
        "rule_id": rule.pk,
        "merchant_id": shop.merchant.pk,
        "branch_id": shop.branch.pk,
        "code_id": make_static_code(shop).pk,
        "sheet": "sticker",
        "token": token,
        "invite_id": Invite.objects.get().pk,
        "membership_id": Membership.objects.get(person=shop.cashier).pk,
        "name_change_id": change.pk,
        "wallet_id": wallet.pk,
        "run_id": drawn_run(shop).pk,
        "place": "DE",
        "item_id": item_with_picture(shop).pk,
    }
    return Desk(shop, ids)


def drawn_run(shop: Shop) -> PrintRun:
    return PrintRun.objects.create(
        merchant=shop.merchant,
        branch=shop.branch,
        sheet="sticker",
        state=PrintRun.State.READY,
        total=1,
        drawn=1,
        content=b"%PDF-",
        sha256=bytes(32),
        ordered_by=shop.owner,
    )


def item_with_picture(shop: Shop) -> Item:
    item = Item.objects.create(
        merchant=shop.merchant, name="Cheesecake", price_minor=450, category="standard", picture_mark="a" * 16
    )
    ItemPicture.objects.create(item=item, content=b"\x89PNG")
    return item


def both(client: Client, address: str) -> Iterator[int]:
    """The answers to a look and to a try."""
    yield client.get(address).status_code
    yield client.post(address, {"answer": "agree", "reason": "x", "on": "yes"}).status_code


@pytest.mark.parametrize("name", NAMES)
def test_anonymous_is_sent_to_sign_in(desk: Desk, name: str) -> None:
    address, before = desk.address(name), AuditLine.objects.count()
    for answer in (Client().get(address), Client().post(address)):
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"{reverse('account_login')}?next={address}"
    assert AuditLine.objects.count() == before


@pytest.mark.parametrize("name", OF_A_SHOP)
def test_strangers_and_lesser_roles_find_nothing(desk: Desk, name: str, client_of: SignIn) -> None:
    lesser = ["cashier", "accountant", *(["manager"] if name in FOR_OWNERS else [])]
    people = [make_shop().owner, make_person(pin=None), make_person(pin=None, is_staff=True)]
    people += [make_member(desk.shop, role) for role in lesser]
    before = AuditLine.objects.count()
    for person in people:
        look, attempt = both(client_of(person), desk.address(name))
        assert look == (405 if name in ONLY_POST else 404)
        assert attempt == (405 if name in ONLY_GET else 404)
    assert AuditLine.objects.count() == before


@pytest.mark.parametrize("name", OF_A_SHOP)
def test_an_unknown_id_looks_the_same_as_a_foreign_one(desk: Desk, name: str, client_of: SignIn) -> None:
    client = client_of(make_shop().owner)
    ask = client.post if name in ONLY_POST else client.get
    foreign, unknown = ask(desk.address(name)), ask(desk.address(name, unknown=True))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content


@pytest.mark.parametrize("name", OF_A_SHOP)
def test_the_owner_may(desk: Desk, name: str, client_of: SignIn) -> None:
    client = client_of(desk.shop.owner)
    answer = (client.post if name in ONLY_POST else client.get)(desk.address(name))
    assert answer.status_code == (302 if name in ONLY_POST else 200)


@pytest.mark.parametrize("name", sorted(FOR_OPERATORS))
def test_the_operators_desk_is_not_there_for_others(desk: Desk, name: str, client_of: SignIn) -> None:
    posts, before = {"review_shop", "review_name"}, AuditLine.objects.count()
    for person in (desk.shop.owner, desk.shop.cashier, make_person(pin=None)):
        look, attempt = both(client_of(person), desk.address(name))
        assert look == (405 if name in posts else 404)
        assert attempt == (405 if name in ONLY_GET else 404)
    assert AuditLine.objects.count() == before
    assert Merchant.objects.get(pk=desk.shop.merchant.pk).frozen_at is None


@pytest.mark.parametrize("name", ["withdraw_invite", "retire", "review_shop", "freeze_shop", "register"])
def test_no_act_without_a_csrf_token(desk: Desk, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        make_person(pin=None, is_staff=True), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.post(desk.address(name), {"answer": "agree"}).status_code == 403


def test_a_role_that_ended_has_no_effect_on_the_next_click(desk: Desk, client_of: SignIn) -> None:
    manager = make_member(desk.shop, "manager")
    client = client_of(manager)
    assert client.get(desk.address("shop")).status_code == 200
    Membership.objects.filter(person=manager).update(ended_at="2026-01-01T00:00:00Z")
    assert client.get(desk.address("shop")).status_code == 404
