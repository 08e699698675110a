"""Books are closed while people pay and get money back: nothing slips into what is closed."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from base.core.errors import Refused
from base.ids import database_now
from base.owner import as_owner
from payments.flows.promise import promise
from payments.flows.refund import refund
from payments.models import Due, Payment, Refund
from reports.flows.agree_reopening import agree_reopening
from reports.flows.ask_reopening import ask_reopening
from reports.flows.close_period import close_period
from reports.models import BooksPeriod
from tests.factories import Shop, make_member, make_person, make_shop, make_static_code, pay, settle_all
from tests.payments.payouts.partners import agreed
from tests.races.threads import at_once, patient, start, wait_for, waiting
from wallets.flows.close_books import close_books
from wallets.models import Account, ClosedBooks

pytestmark = pytest.mark.django_db(transaction=True)
THEN = datetime(2026, 11, 3, 10, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC)


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture(autouse=True)
def opened() -> Iterator[None]:
    """Books that a test closed past the periods are opened again, before all is audited."""
    yield
    alone = (
        "SELECT FROM reports_booksperiod p WHERE p.merchant_id = c.shard_key AND p.starts_at = c.starts_at"
    )
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM wallets_closedbooks c WHERE NOT EXISTS ({alone})")


def closing(shop: Shop) -> Callable[[], int]:
    def act() -> int:
        with transaction.atomic():
            return close_books(shard_key=shop.merchant.pk, starts_at=STARTS, ends_at=ENDS)

    return act


def partner_of(shop: Shop) -> Shop:
    """A partner with a share in the shop's sales, whose books have another lock than the shop's."""

    def lock(merchant: uuid.UUID) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT uuid_hash(%s) & 63", [merchant])
            return int(cursor.fetchone()[0])

    partner = make_shop(trade_name="Markthalle")
    while lock(partner.merchant.pk) == lock(shop.merchant.pk):
        partner = make_shop(trade_name="Markthalle")
    agreed(shop, partner)
    return partner


def test_a_close_waits_for_a_payment_under_way_and_sees_it(shop: Shop) -> None:
    """The payment has found the books open; it waits for its partner's; the close waits for it."""
    code, ann, partner = make_static_code(shop), make_person(funds={"EUR": 5_000}), partner_of(shop)

    def asked() -> int:
        """What closes a period: under the lock it looks for what is still to be booked there."""
        with transaction.atomic():
            close_books(shard_key=shop.merchant.pk, starts_at=STARTS, ends_at=ENDS)
            found = Due.objects.filter(merchant=shop.merchant.pk, happened_at__lt=ENDS).count()
            transaction.set_rollback(True)
        return found

    with transaction.atomic():
        close_books(shard_key=partner.merchant.pk, starts_at=STARTS, ends_at=ENDS)
        paying = start(partial(pay, code, ann, 700, happened_at=THEN))
        wait_for(lambda: waiting() == 1)
        found = start(asked)
        wait_for(lambda: waiting() == 2)
        transaction.set_rollback(True)
    assert paying().total_minor == 700
    assert found() == 1
    settle_all()


def test_a_partner_whose_books_are_closed_is_promised_nothing(shop: Shop) -> None:
    code, ann, partner = make_static_code(shop), make_person(funds={"EUR": 5_000}), partner_of(shop)
    with transaction.atomic():
        close_books(shard_key=partner.merchant.pk, starts_at=STARTS, ends_at=ENDS)
    with pytest.raises(Refused, match="period_closed"):
        pay(code, ann, 700, happened_at=THEN)
    assert not Payment.objects.exists()


def test_a_payment_that_meets_a_close_waits_and_is_refused(shop: Shop) -> None:
    code, ann = make_static_code(shop), make_person(funds={"EUR": 5_000})
    with transaction.atomic():
        close_books(shard_key=shop.merchant.pk, starts_at=STARTS, ends_at=ENDS)
        paying = start(partial(pay, code, ann, 700, happened_at=THEN))
        wait_for(lambda: waiting() == 1)
    assert paying() == "period_closed"
    assert not Payment.objects.exists()
    account = Account.objects.get(code=f"customer:{ann.wallet.pk}:EUR")
    assert (account.balance_minor, account.held_minor) == (5_000, 0)


def test_a_payment_decided_before_the_end_is_decided_anew(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 23:59:59.9 it looked, at 00:00:03 it writes, and the books are closed: it is a payment of today."""
    code, ann = make_static_code(shop), make_person(funds={"EUR": 5_000})
    before = database_now()
    looks = []

    def slow(**wish: object) -> object:
        looks.append(1)
        if len(looks) == 1:
            with transaction.atomic():
                close_books(shard_key=shop.merchant.pk, starts_at=before, ends_at=database_now())
        return promise(**wish)  # type: ignore[arg-type]

    monkeypatch.setattr("payments.flows.confirm.promise", slow)
    payment = pay(code, ann, 700)
    assert len(looks) == 2
    assert payment.happened_at >= ClosedBooks.objects.get().ends_at
    assert settle_all() == 1


def test_a_refund_that_meets_a_close_waits_and_is_refused(shop: Shop) -> None:
    paid = pay(make_static_code(shop), make_person(funds={"EUR": 5_000}), 700, happened_at=THEN)
    settle_all()
    with transaction.atomic():
        assert close_books(shard_key=shop.merchant.pk, starts_at=STARTS, ends_at=ENDS) == 1
        back = start(
            partial(
                refund, actor=shop.cashier, payment_id=paid.pk, key="k", happened_at=THEN + timedelta(days=1)
            )
        )
        wait_for(lambda: waiting() == 1)
    assert back() == "period_closed"
    assert not Refund.objects.exists()
    today = refund(actor=shop.cashier, payment_id=paid.pk, key="today", happened_at=ENDS)
    assert today.state == Refund.State.POSTED


def test_who_cannot_have_the_books_in_a_second_is_told_so(shop: Shop) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_books_open(%s, %s)", [shop.merchant.pk, THEN])
        assert at_once(closing(shop)) == ["still_working"]
    assert not ClosedBooks.objects.exists()


def test_of_eight_who_close_one_does(shop: Shop) -> None:
    answers = at_once(*[patient(closing(shop))] * 8)
    assert sorted(map(str, answers)) == ["0", *["books_not_closable"] * 7]


def test_a_thousand_shops_are_sixty_four_locks() -> None:
    """A batch of settlement never fills the table of locks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_books_open(uuid, now()) FROM unnest(%s::uuid[]) uuid",
            [[uuid.uuid4() for _ in range(1000)]],
        )
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone()[0] <= 64


def period_wish(shop: Shop) -> Callable[[], object]:
    return partial(close_period, actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, period="2026-10")


OCTOBER = datetime(2026, 10, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize("_trial", range(3))
def test_a_period_is_closed_against_payers_refunds_and_settlement(shop: Shop, _trial: int) -> None:
    """Whatever wins: what was taken in October is in its closing, and the rest was refused whole."""
    code = make_static_code(shop)
    payers = [make_person(funds={"EUR": 5_000}) for _ in range(4)]
    paid = pay(code, payers[0], 700, happened_at=OCTOBER)
    settle_all()
    answers = at_once(
        *(patient(partial(pay, code, person, 500, happened_at=OCTOBER)) for person in payers),
        patient(partial(refund, actor=shop.cashier, payment_id=paid.pk, key="k", happened_at=OCTOBER)),
        settle_all,
        patient(period_wish(shop)),
        patient(period_wish(shop)),
        settle_all,
    )
    assert {each for each in answers if isinstance(each, str)} <= {
        "period_closed", "period_not_settled", "books_changed",
    }  # fmt: skip
    settle_all()
    assert not Due.objects.exists()
    period = patient(period_wish(shop))()
    assert isinstance(period, BooksPeriod)
    closing = period.closings.get()
    taken = Payment.objects.count() + Refund.objects.filter(state="posted").count()
    assert closing.journals == taken
    assert Payment.objects.count() == 1 + sum(isinstance(each, Payment) for each in answers)


def test_two_who_agree_at_once_open_it_once(shop: Shop) -> None:
    period = period_wish(shop)()
    assert isinstance(period, BooksPeriod)
    where = {"merchant_id": shop.merchant.pk, "period_id": period.pk}
    others = [make_member(shop, "accountant") for _ in range(3)]
    ask_reopening(actor_id=shop.owner.pk, reason="A sale is missing", **where)
    answers = at_once(*(partial(agree_reopening, actor_id=person.pk, **where) for person in others))
    assert answers.count("reopening_gone") == 2
    assert BooksPeriod.objects.get().state == "reopened"
