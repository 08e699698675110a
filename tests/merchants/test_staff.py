"""Who works for a shop: invited by mail, once, at that address; and a shop is never without an owner."""

import re
from datetime import timedelta
from hashlib import sha256

import pytest

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine, Notice
from merchants.flows.accept_invite import accept_invite
from merchants.flows.end_membership import end_membership
from merchants.flows.invite import INVITE_LIFE, MOST_OPEN, invite
from merchants.flows.withdraw_invite import withdraw_invite
from merchants.models import Invite, Membership
from merchants.queries import invite_by_token, members_of, open_invites_of
from tests.factories import Shop, make_member, make_person, make_shop

pytestmark = pytest.mark.django_db


def send(shop: Shop, email: str = "Linh@Example.com", role: str = "cashier") -> str:
    """Invite, and take the token out of the mail: it stands nowhere else."""
    invite(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, email=email, role=role)
    found = re.search(r"/shop/invites/([\w-]{43})/", Notice.objects.order_by("id").last().body)  # type: ignore[union-attr]
    assert found is not None
    return found[1]


def test_an_invitation_is_a_mail_and_a_hash() -> None:
    shop = make_shop(trade_name="Café <Morgenrot>")
    token = send(shop)
    row, notice = Invite.objects.get(), Notice.objects.get()
    assert bytes(row.token_sha256) == sha256(token.encode()).digest()
    assert (row.email, row.role, row.invited_by_id) == ("linh@example.com", "cashier", shop.owner.pk)
    assert abs(row.expires_at - database_now() - INVITE_LIFE) < timedelta(seconds=10)
    assert notice.to == "linh@example.com"
    assert notice.subject == "Café <Morgenrot> invites you on Quittance"
    assert token not in str(AuditLine.objects.values_list("detail", flat=True))


def test_accepted_by_the_invited_address_in_any_case_once() -> None:
    shop = make_shop()
    token = send(shop)
    linh = make_person("linh@example.com", pin=None)
    membership = accept_invite(actor=linh, token=token)
    assert (membership.person, membership.merchant, membership.role) == (linh, shop.merchant, "cashier")
    assert AuditLine.objects.filter(action="invite.accepted", actor=linh).count() == 1
    with pytest.raises(Refused) as no:
        accept_invite(actor=linh, token=token)
    assert (no.value.code, no.value.status) == ("invite_unknown", 404)
    assert linh.memberships.count() == 1


def test_another_address_cannot_take_it_and_does_not_spoil_it() -> None:
    shop = make_shop()
    token = send(shop)
    with pytest.raises(Refused) as no:
        accept_invite(actor=make_person(pin=None), token=token)
    assert (no.value.code, no.value.status) == ("invite_other_address", 403)
    assert invite_by_token(token).merchant == shop.merchant


def test_expired_withdrawn_and_invented_invitations_are_one_answer() -> None:
    shop = make_shop()
    linh = make_person("linh@example.com", pin=None)
    withdrawn = send(shop)
    row = Invite.objects.get()
    withdraw_invite(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, invite_id=row.pk)
    expired = send(shop)
    Invite.objects.exclude(pk=row.pk).update(expires_at=database_now() - timedelta(seconds=1))
    answers = set()
    for token in (withdrawn, expired, "x" * 43, ""):
        with pytest.raises(Refused) as no:
            accept_invite(actor=linh, token=token)
        answers.add((no.value.code, no.value.message, no.value.status))
    assert len(answers) == 1
    assert not linh.memberships.exists()
    with pytest.raises(Refused, match="not_found"):
        withdraw_invite(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, invite_id=row.pk)


def test_a_second_invitation_of_an_address_replaces_the_first() -> None:
    shop = make_shop()
    first, second = send(shop), send(shop, role="accountant")
    with pytest.raises(Refused, match="invite_unknown"):
        invite_by_token(first)
    assert invite_by_token(second).role == "accountant"
    assert len(open_invites_of(shop.merchant)) == 1


def test_who_works_here_is_not_invited_again() -> None:
    shop = make_shop()
    with pytest.raises(Refused) as no:
        send(shop, email=shop.cashier.email.upper(), role="owner")
    assert (no.value.code, no.value.status) == ("already_member", 409)
    token = send(shop)
    linh = make_person("linh@example.com", pin=None)
    Membership.objects.create(merchant=shop.merchant, person=linh, role="manager")
    with pytest.raises(Refused, match="already_member"):
        accept_invite(actor=linh, token=token)
    assert Invite.objects.get().accepted_at is None
    assert linh.memberships.get().role == "manager"


@pytest.mark.parametrize(
    ("email", "role", "code"),
    [
        ("linh", "cashier", "email_invalid"),
        ("a@b.com\nBcc: c@d.com", "cashier", "email_invalid"),
        ("linh@example.com", "king", "role_unknown"),
        ("linh@example.com", "", "role_unknown"),
    ],
)
def test_an_invitation_that_cannot_be(email: str, role: str, code: str) -> None:
    shop = make_shop()
    with pytest.raises(Refused, match=code):
        invite(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, email=email, role=role)
    assert not Notice.objects.exists()


def test_a_shop_is_not_a_mailing_list() -> None:
    shop = make_shop()
    for number in range(MOST_OPEN):
        invite(
            actor_id=shop.owner.pk,
            merchant_id=shop.merchant.pk,
            email=f"p{number}@example.com",
            role="cashier",
        )
    with pytest.raises(Refused, match="too_many_invites"):
        send(shop)
    assert send(shop, email="p7@example.com", role="manager")  # one that takes its own old place


@pytest.mark.parametrize("role", ["manager", "cashier", "accountant", ""])
def test_only_owners_manage_staff(role: str) -> None:
    shop = make_shop()
    actor = make_member(shop, role) if role else make_shop().owner
    send(shop)
    row, member = Invite.objects.get(), shop.merchant.memberships.get(person=shop.cashier)
    for attempt in (
        lambda: invite(actor_id=actor.pk, merchant_id=shop.merchant.pk, email="x@example.com", role="owner"),
        lambda: withdraw_invite(actor_id=actor.pk, merchant_id=shop.merchant.pk, invite_id=row.pk),
        lambda: end_membership(actor_id=actor.pk, merchant_id=shop.merchant.pk, membership_id=member.pk),
    ):
        with pytest.raises(Refused) as no:
            attempt()
        assert (no.value.code, no.value.status) == ("not_found", 404)


def test_an_owner_cannot_reach_into_another_shop() -> None:
    shop, other = make_shop(), make_shop()
    send(shop)
    member = shop.merchant.memberships.get(person=shop.cashier)
    with pytest.raises(Refused, match="not_found"):
        end_membership(actor_id=other.owner.pk, merchant_id=other.merchant.pk, membership_id=member.pk)
    with pytest.raises(Refused, match="not_found"):
        withdraw_invite(
            actor_id=other.owner.pk, merchant_id=other.merchant.pk, invite_id=Invite.objects.get().pk
        )
    member.refresh_from_db()
    assert member.ended_at is None


def test_ended_at_once_and_may_come_back() -> None:
    shop = make_shop()
    member = shop.merchant.memberships.get(person=shop.cashier)
    end_membership(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, membership_id=member.pk)
    assert [row.person for row in members_of(shop.merchant)] == [shop.owner]
    assert AuditLine.objects.filter(action="membership.ended", subject=member.pk).exists()
    with pytest.raises(Refused, match="not_found"):
        end_membership(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, membership_id=member.pk)
    token = send(shop, email=shop.cashier.email)
    assert accept_invite(actor=shop.cashier, token=token).pk != member.pk


def test_the_last_owner_stays() -> None:
    shop = make_shop()
    mine = shop.merchant.memberships.get(person=shop.owner)
    with pytest.raises(Refused) as no:
        end_membership(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, membership_id=mine.pk)
    assert (no.value.code, no.value.status) == ("last_owner", 409)
    make_member(shop, "owner")
    end_membership(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, membership_id=mine.pk)
    assert shop.merchant.memberships.filter(role="owner", ended_at=None).count() == 1
