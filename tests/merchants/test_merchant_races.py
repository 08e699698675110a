"""What two people do at the same moment, with real threads on real PostgreSQL."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from base.models import AuditLine
from merchants.flows.accept_invite import accept_invite
from merchants.flows.add_till import add_till
from merchants.flows.ask_name_change import ask_name_change
from merchants.flows.end_membership import end_membership
from merchants.flows.print_sheet import print_sheet
from merchants.flows.retire_qr import retire_qr
from merchants.flows.review_name_change import review_name_change
from merchants.flows.set_own_rate import set_own_rate
from merchants.models import Invite, Membership, Merchant, NameChange, OwnRate, PrintedSheet, Till
from tests.factories import make_member, make_person, make_shop, make_static_code
from tests.merchants.test_staff import send
from tests.races.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def test_one_invitation_accepted_twice_is_one_membership() -> None:
    for number in range(ROUNDS):
        shop = make_shop()
        email = f"linh{number}@example.com"
        token, linh = send(shop, email=email), make_person(email, pin=None)
        results = at_once(*[partial(accept_invite, actor=linh, token=token)] * 4)
        assert sum(isinstance(result, Membership) for result in results) == 1
        assert results.count("invite_unknown") == 3
        assert linh.memberships.count() == 1
        assert Invite.objects.get(merchant=shop.merchant).accepted_at is not None


def test_one_sheet_printed_by_two_is_one_row_with_the_same_bytes() -> None:
    shop = make_shop()
    for _ in range(ROUNDS):
        code = make_static_code(shop)
        draw = partial(print_sheet, actor_id=shop.owner.pk, code_id=code.pk, sheet="a4")
        first, second = at_once(draw, draw)
        assert first.pk == second.pk
        assert bytes(first.content) == bytes(second.content)
        assert PrintedSheet.objects.filter(code=code).count() == 1
        assert AuditLine.objects.filter(action="sheet.printed", subject=code.pk).count() == 1


def _two_owners() -> tuple[Merchant, list[Membership]]:
    shop = make_shop()
    make_member(shop, "owner")
    return shop.merchant, list(shop.merchant.memberships.filter(role="owner"))


def test_two_owners_who_end_each_other_leave_one() -> None:
    for _ in range(ROUNDS):
        merchant, (one, other) = _two_owners()
        end = partial(end_membership, merchant_id=merchant.pk)
        results = at_once(
            partial(end, actor_id=one.person_id, membership_id=other.pk),
            partial(end, actor_id=other.person_id, membership_id=one.pk),
        )
        # The slower one is no owner any more when its turn comes.
        assert sorted(map(str, results)) == ["None", "not_found"]
        assert merchant.memberships.filter(role="owner", ended_at=None).count() == 1


def test_two_owners_who_both_leave_leave_one() -> None:
    for _ in range(ROUNDS):
        merchant, owners = _two_owners()
        end = partial(end_membership, merchant_id=merchant.pk)
        results = at_once(*[partial(end, actor_id=row.person_id, membership_id=row.pk) for row in owners])
        assert sorted(map(str, results)) == ["None", "last_owner"]
        assert merchant.memberships.filter(role="owner", ended_at=None).count() == 1


def test_three_names_asked_at_once_are_one_wish() -> None:
    shop = make_shop()
    ask = partial(ask_name_change, actor_id=shop.owner.pk, merchant_id=shop.merchant.pk)
    results = at_once(*[partial(ask, trade_name=name) for name in ("Abendrot", "Mittag", "Nacht")])
    assert results.count("name_change_open") == 2
    assert NameChange.objects.filter(merchant=shop.merchant).count() == 1


def test_two_operators_answer_once() -> None:
    staff = [make_person(pin=None, is_staff=True) for _ in range(2)]
    for _ in range(ROUNDS):
        shop = make_shop()
        change = ask_name_change(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, trade_name="Abendrot")
        answer = partial(review_name_change, name_change_id=change.pk)
        results = at_once(
            partial(answer, operator_id=staff[0].pk, agreed=True),
            partial(answer, operator_id=staff[1].pk, agreed=False),
        )
        assert results.count("already_answered") == 1
        state = NameChange.objects.get(pk=change.pk).state
        name = Merchant.objects.get(pk=shop.merchant.pk).trade_name
        assert (state, name) in {("agreed", "Abendrot"), ("declined", "Café Morgenrot")}
        assert AuditLine.objects.filter(subject=change.pk, actor__in=staff).count() == 1


def test_a_code_retired_twice_a_till_added_twice() -> None:
    shop = make_shop()
    retire = partial(retire_qr, actor_id=shop.owner.pk, code_id=make_static_code(shop).pk)
    assert sorted(at_once(retire, retire, retire)) == [False, False, True]
    add = partial(add_till, actor_id=shop.owner.pk, branch_id=shop.branch.pk, name="Bar")
    assert at_once(add, add, add).count("till_name_taken") == 2
    assert Till.objects.filter(branch=shop.branch, name="Bar").count() == 1


def test_own_rates_set_at_once_do_not_overlap() -> None:
    shop = make_shop()
    days = [date(2026, month, 1) for month in (1, 3, 5, 7)]
    put = partial(
        set_own_rate,
        actor_id=shop.owner.pk,
        merchant_id=shop.merchant.pk,
        category="standard",
        tax="SALES",
        rate=Decimal(8),
    )
    at_once(*[partial(put, valid_from=day) for day in days])
    rows = list(OwnRate.objects.filter(merchant=shop.merchant).order_by("valid_from"))
    assert [row.valid_from for row in rows] == days
    assert [row.valid_to for row in rows] == [*days[1:], None]
