"""A partner's part: fixed by the sale, set aside in its journal, moved once, and found when it is not."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.core.errors import Refused
from base.core.findings import Finding
from base.models import Event
from merchants.flows.end_split import end_split
from payments.checks.splits import CHECKS
from payments.flows.pay_out import pay_out
from payments.flows.refund import refund
from payments.flows.share_out import share_out
from payments.models import SplitShare
from payments.tasks import share_due
from reports.flows.audit import audit
from tests.base.plants import Plant, plants
from tests.factories import (
    Shop,
    balance,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.payouts.partners import agreed, offered, pair
from tests.payments.payouts.stage import PAID_IBAN, with_account
from tests.races.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def stands(shop: Shop, account: str) -> int:
    return balance(f"merchant:{shop.merchant.pk}:EUR:{account}")


def test_the_sale_sets_it_aside_and_the_partners_lane_takes_it() -> None:
    shop, partner = pair()
    pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5_000}), tip_minor=100)
    assert share_due() == 0  # promised is not settled
    settle_all()
    assert (stands(shop, "payable"), stands(shop, "split_due"), stands(shop, "tips")) == (696, 298, 100)
    assert stands(partner, "payable") == 0
    assert share_due() == 1
    assert (stands(shop, "split_due"), stands(partner, "payable")) == (0, 298)
    share = SplitShare.objects.get()
    assert (share.state, share.amount_minor) == ("shared", 298)
    assert Event.objects.get(kind="share.shared").subject == share.pk
    assert share_due() == 0
    assert audit() == []


def test_three_share_and_nothing_is_lost() -> None:
    shop = make_shop()
    partners = [make_shop(trade_name=f"Partner {n}") for n in range(3)]
    for each in partners:
        agreed(shop, each, 333_333)
    pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5_000}))
    settle_all()
    assert share_out() == 3
    assert sum(stands(each, "payable") for each in (shop, *partners)) == 994
    assert audit() == []


def test_a_refund_is_the_sellers_and_the_partner_keeps_its_part() -> None:
    shop, partner = pair()
    payer = make_person(funds={"EUR": 5_000})
    sale = pay(make_one_time_code(shop, 1190), payer)
    settle_all()
    with pytest.raises(Refused, match="shop_balance_too_low"):
        refund(actor=shop.cashier, payment_id=sale.pk, key="all")
    pay(make_one_time_code(shop, 1190), payer)
    settle_all()
    share_out()
    refund(actor=shop.cashier, payment_id=sale.pk, key="again")
    assert stands(partner, "payable") == 2 * 298
    assert stands(shop, "payable") == 2 * 696 - 994
    assert audit() == []


def test_what_is_set_aside_is_not_the_sellers_to_pay_out() -> None:
    shop, partner = pair()
    for each in (shop, partner):
        with_account(each, PAID_IBAN)
    pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5_000}))
    settle_all()
    assert pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="k").amount_minor == 696 + 190
    share_out()
    assert pay_out(actor=partner.owner, merchant_id=partner.merchant.pk, key="k").amount_minor == 298
    assert audit() == []


def test_only_agreed_rules_of_the_day_share() -> None:
    shop, partner = make_shop(), make_shop()
    payer = make_person(funds={"EUR": 5_000})
    offered(shop, partner)  # nobody has said yes
    agreed(shop, partner, 100_000, starts_on=date(2999, 1, 1))
    agreed(shop, partner, 100_000, ends_on=date(2020, 1, 2))
    ended = agreed(shop, partner, 100_000)
    end_split(actor_id=partner.owner.pk, merchant_id=partner.merchant.pk, rule_id=ended.pk)
    pay(make_one_time_code(shop, 1190), payer)
    assert not SplitShare.objects.exists()
    assert agreed(shop, partner, 100_000).share_ppm == 100_000
    pay(make_one_time_code(shop, 1190), payer)
    assert SplitShare.objects.get().amount_minor == 99


def test_a_part_of_nothing_is_no_part() -> None:
    shop, _ = pair(1)
    pay(make_static_code(shop), make_person(funds={"EUR": 5_000}), 100)
    settle_all()
    assert not SplitShare.objects.exists()
    assert audit() == []


def test_the_statements_do_not_grow_with_the_batch() -> None:
    shop, _ = pair()
    payer = make_person(funds={"EUR": 50_000})
    counts = []
    for sales in (1, 6):
        for _ in range(sales):
            pay(make_one_time_code(shop, 1190), payer)
        settle_all()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert share_out() == sales
        counts.append(len(seen))
    assert counts[1] <= counts[0]


def test_four_workers_share_once() -> None:
    shop, partner = pair()
    payer = make_person(funds={"EUR": 50_000})
    for _ in range(6):
        pay(make_one_time_code(shop, 1190), payer)
    settle_all()
    moved = at_once(*[partial(share_out, limit=4)] * 4)
    while share_out():
        pass
    assert sum(moved) <= 6
    assert stands(partner, "payable") == 6 * 298
    assert audit() == []


PLANTS = plants(
    """
shares_have_journals: shared by no journal
    UPDATE payments_splitshare SET journal = {nil} WHERE state = 'shared'
shares_have_journals: a share that nobody was due
    INSERT INTO wallets_journal (id, reference, kind, happened_at, salt, shard_key)
    VALUES (gen_random_uuid(), 'share:' || {nil}, 'share', now(), '', {nil})
shares_have_journals: shared and not marked so
    UPDATE payments_splitshare SET state = 'due', journal = NULL
shares_move_their_amount: another amount
    UPDATE payments_splitshare SET amount_minor = amount_minor + 1 WHERE state = 'shared'
shares_move_their_amount: to another partner
    UPDATE payments_splitshare SET partner_id = merchant_id WHERE state = 'shared'
sales_set_shares_aside: a sale knows of no part
    DELETE FROM payments_splitshare WHERE state = 'shared'
sales_set_shares_aside: a part of another amount
    UPDATE payments_splitshare SET amount_minor = amount_minor - 1
set_aside_is_due: a due part is forgotten
    DELETE FROM payments_splitshare WHERE state = 'due'
set_aside_is_due: set aside for nobody
    UPDATE wallets_account SET balance_minor = balance_minor + 1 WHERE code LIKE '%split_due'
shares_told: nobody was told
    DELETE FROM base_event WHERE kind = 'share.shared'
shares_told: told of a part that is still due
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    SELECT gen_random_uuid(), 'x', 'share.shared', id, merchant_id, '[]' FROM payments_splitshare
    WHERE state = 'due'
shares_told: told of no part
    UPDATE base_event SET subject = {nil} WHERE kind = 'share.shared'
""",
    nil="'00000000-0000-0000-0000-000000000000'",
)


def run(name: str) -> list[Finding]:
    with connection.cursor() as cursor:
        return CHECKS[name](cursor)


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_the_planted_fault_is_found(plant: Plant, owner_sql: Callable[..., None]) -> None:
    shop, _ = pair()
    payer = make_person(funds={"EUR": 50_000})
    for _ in range(2):
        pay(make_one_time_code(shop, 1190), payer)
        settle_all()
        share_out(limit=1 - SplitShare.objects.filter(state="shared").count())
    assert [run(name) for name in CHECKS] == [[]] * len(CHECKS)
    owner_sql(plant.sql)
    found = run(plant.check)
    assert found, plant.fault
    assert {finding.check for finding in found} == {plant.check}
    assert all(finding.subject and finding.detail for finding in found)


def test_every_check_has_a_plant() -> None:
    assert {plant.check for plant in PLANTS} == set(CHECKS)
