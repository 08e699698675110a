"""The checks of exchanges: silent on clean books, and each finds the fault planted for it."""

from collections.abc import Callable

import pytest
from django.db import connection

from base.core.findings import Finding
from payments.checks import CHECKS
from payments.flows.refund import refund
from tests.base.plants import Plant, plants
from tests.factories import make_one_time_code, make_person, make_rate, make_shop, pay, settle_all
from tests.payments.foreign.stage import findings, pay_abroad, wang, yuan
from wallets.checks import CHECKS as LEDGER

PLANTS = plants(
    """
exchanges_move_their_money: another amount
    UPDATE payments_exchange SET payer_minor = payer_minor + 1 WHERE {settled}
exchanges_move_their_money: another currency
    UPDATE payments_exchange SET payer_currency = 'JPY' WHERE {settled}
exchanges_move_their_money: terms are gone
    DELETE FROM payments_exchange WHERE {settled}
exchanges_move_their_money: terms of a sale without exchange
    INSERT INTO payments_exchange SELECT p.id, 'CNY', 5, 7.79, 'ecb', now(), 0, now(), now()
    FROM payments_payment p WHERE p.state = 'settled' AND NOT EXISTS (
        SELECT FROM payments_exchange x WHERE x.payment_id = p.id)
exchanges_move_their_money: another part went back
    UPDATE payments_refundexchange SET payer_minor = payer_minor + 1
exchanges_move_their_money: another result
    UPDATE payments_refundexchange SET result_minor = result_minor + 1
exchanges_move_their_money: what went back is not kept
    DELETE FROM payments_refundexchange
exchanges_share_out: more went back than its part
    UPDATE payments_refundexchange SET payer_minor = payer_minor + 1
exchanges_share_out: the sale gave less
    UPDATE payments_exchange SET payer_minor = payer_minor / 2 WHERE {settled}
exchanges_on_paper: another rate
    UPDATE payments_exchange SET rate = rate * 1.000000001 WHERE {settled}
exchanges_on_paper: another source
    UPDATE payments_exchange SET source = 'manual' WHERE {settled}
exchanges_on_paper: another day
    UPDATE payments_exchange SET published_on = published_on - 1 WHERE {settled}
exchanges_on_paper: another margin
    UPDATE payments_exchange SET margin_ppm = 1 WHERE {settled}
exchanges_on_paper: another moment
    UPDATE payments_exchange SET quoted_at = quoted_at - interval '1 second' WHERE {settled}
exchanges_on_paper: a refund of another part
    UPDATE payments_refundexchange SET payer_minor = payer_minor + 1
holds_end_once: a promise of another amount
    UPDATE payments_exchange SET payer_minor = payer_minor + 1 WHERE NOT ({settled})
holds_end_once: a promise whose terms are gone
    DELETE FROM payments_exchange WHERE NOT ({settled})
refunds_add_up: another amount moved
    UPDATE payments_refundexchange SET payer_minor = payer_minor + 1
""",
    settled="payment_id IN (SELECT id FROM payments_payment WHERE state = 'settled')",
)


@pytest.fixture
def trade(db: None) -> None:
    """A foreign sale with a part refunded at another rate, one at home, and a foreign promise."""
    yuan()
    shop, payer = make_shop(), wang()
    sold = pay_abroad(make_one_time_code(shop, 1190), payer)
    pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5_000}))
    settle_all()
    make_rate("CNY", "7.6000", days_old=-1)
    refund(actor=shop.cashier, payment_id=sold.pk, key="a", amount_minor=595)
    pay_abroad(make_one_time_code(shop, 500), payer)


def run(check: str) -> list[Finding]:
    with connection.cursor() as cursor:
        return CHECKS[check](cursor)


def test_clean_books_have_no_findings(trade: None) -> None:
    assert not findings()


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_fault_is_found(trade: None, owner_sql: Callable[..., None], plant: Plant) -> None:
    assert run(plant.check) == []
    owner_sql(plant.sql)
    assert run(plant.check)


def test_a_position_of_exchange_covers_only_what_it_stands_for(
    trade: None, owner_sql: Callable[..., None]
) -> None:
    """The control of `cash_covers`: a cent less in the position, and what is owed is not covered."""

    def uncovered() -> list[str]:
        with connection.cursor() as cursor:
            return [found.subject for found in LEDGER["cash_covers"](cursor)]

    assert uncovered() == []
    owner_sql(
        "UPDATE wallets_account SET balance_minor = balance_minor + 20 WHERE code LIKE 'platform:EUR:fx:%%'"
    )
    assert uncovered() == ["EUR"]
    owner_sql(
        "UPDATE wallets_account SET balance_minor = balance_minor - 20 WHERE code LIKE 'platform:EUR:fx:%%'"
    )
    owner_sql(
        "UPDATE wallets_account SET balance_minor = balance_minor + 1 WHERE code LIKE 'platform:CNY:fx:%%'"
    )
    assert uncovered() == ["CNY"]
