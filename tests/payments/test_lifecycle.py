"""Which state follows which: the table, the models and what PostgreSQL refuses say the same."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, models

from payments.core import lifecycle
from payments.core.lifecycle import may_follow
from payments.flows.cancel_session import cancel_session
from payments.flows.expire import expire
from payments.flows.refund import refund
from payments.models import Payment, Refund, Session
from tests.factories import (
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    scan,
    settle_all,
)

TABLES = [(lifecycle.SESSION, Session), (lifecycle.PAYMENT, Payment), (lifecycle.REFUND, Refund)]


@pytest.mark.parametrize(("table", "model"), TABLES)
def test_the_table_names_the_states_of_the_model(
    table: dict[str, frozenset[str]], model: type[models.Model]
) -> None:
    states = set(model.State.values)  # type: ignore[attr-defined]
    assert set(table) == states
    assert set().union(*table.values()) < states


@pytest.mark.parametrize(("table", "model"), TABLES)
def test_every_life_begins_where_none_returns_and_ends(
    table: dict[str, frozenset[str]], model: type[models.Model]
) -> None:
    first = model().state  # type: ignore[attr-defined]
    assert not any(may_follow(table, state, first) for state in table)
    assert all(not table[after] for after in table[first])
    assert not any(may_follow(table, state, state) for state in table)


@pytest.fixture
def lives(db: None) -> None:
    """A promised and a settled payment with a posted refund."""
    shop, ann = make_shop(), make_person(funds={"EUR": 10_000})
    payment = pay(make_one_time_code(shop, 1190), ann)
    settle_all()
    refund(actor=shop.cashier, payment_id=payment.pk, key="a", amount_minor=100)
    pay(make_one_time_code(shop, 300), ann)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payments_payment SET state = 'promised' WHERE state = 'settled'",
        "UPDATE payments_payment SET state = 'settled' WHERE state = 'promised'",
        "UPDATE payments_payment SET state = 'cancelled' WHERE state = 'promised'",
        "UPDATE payments_payment SET state = 'refunded' WHERE state = 'settled'",
        "UPDATE payments_payment SET journal = NULL WHERE state = 'settled'",
        "UPDATE payments_payment SET refunded_minor = 1 WHERE state = 'promised'",
        "UPDATE payments_payment SET refunded_minor = total_minor + 1 WHERE state = 'settled'",
        "UPDATE payments_payment SET refunded_minor = -1 WHERE state = 'settled'",
        "UPDATE payments_payment SET total_minor = total_minor + 1",
        "UPDATE payments_refund SET state = 'ordered'",
        "UPDATE payments_refund SET state = 'refused'",
        "UPDATE payments_refund SET journal = NULL",
        "UPDATE payments_refund SET amount_minor = 0",
        "UPDATE wallets_hold SET state = 'held' WHERE state = 'captured'",
        "UPDATE wallets_hold SET state = 'released' WHERE state = 'captured'",
        "UPDATE wallets_hold SET state = 'captured' WHERE state = 'held'",
        "UPDATE wallets_hold SET state = 'released' WHERE state = 'held'",
        "UPDATE wallets_hold SET captured_minor = amount_minor + 1 WHERE state = 'captured'",
        "UPDATE payments_receipt SET kind = 'sale'",
        "UPDATE payments_receipt SET number = 1",
        "INSERT INTO payments_receiptcounter SELECT * FROM payments_receiptcounter",
        "UPDATE payments_payment SET session_id = (SELECT max(session_id::text)::uuid FROM payments_payment)",
        "UPDATE payments_payment SET one_time_code_id = (SELECT id FROM merchants_qrcode LIMIT 1)",
        "UPDATE wallets_topup SET journal = NULL",
    ],
)
def test_not_even_the_owner_takes_such_a_step(lives: None, sql: str, owner_sql: Callable[..., None]) -> None:
    with pytest.raises(IntegrityError):
        owner_sql(sql)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["confirmed", "expired", "cancelled"])
def test_an_ended_session_stays_as_it_ended(state: str) -> None:
    session = scan(make_static_code(make_shop()), make_person(), typed_minor=100)
    Session.objects.filter(pk=session.pk).update(state=state, expires_at="2020-01-01T00:00:00Z")
    assert (cancel_session(session_id=session.pk), expire()) == (False, 0)
    session.refresh_from_db()
    assert session.state == state
