"""Two taps, pages or refunds of a foreign wallet at once: each counts once, and nothing is overdrawn."""

from collections.abc import Callable
from functools import partial

import pytest

from payments.flows.choose_wallet import choose_wallet
from payments.flows.confirm import confirm
from payments.flows.refund import refund
from payments.models import Exchange, Payment
from tests.factories import PIN, balance, make_one_time_code, make_person, make_shop, settle_all, yes_to
from tests.payments.foreign.stage import pay_abroad, quoted, wang, yuan
from tests.races.threads import assert_clean, at_once, patient, same
from wallets.models import Hold

pytestmark = pytest.mark.django_db(transaction=True)


def _id(yes: Callable[[], Payment]) -> str:
    return str(yes().pk)


def test_one_yes_tapped_five_times_is_one_payment_at_one_rate() -> None:
    yuan()
    payer, code = wang(), make_one_time_code(make_shop(), 1190)
    session = quoted(code, payer)
    token = yes_to(session, payer)
    tap = partial(confirm, session_id=session.pk, person_id=payer.pk, confirmation=token, pin=PIN)
    answers = at_once(*same(patient(partial(_id, tap)), 5))
    assert len(set(answers)) == 1
    assert (Payment.objects.count(), Exchange.objects.count(), Hold.objects.count()) == (1, 1, 1)
    settle_all()
    assert balance(f"customer:{payer.wallet.pk}:CNY") == 50_000 - 9270


def test_a_balance_for_one_pays_one_of_many() -> None:
    yuan()
    shop, payer = make_shop(), make_person(funds={"CNY": 10_000})
    sessions = [quoted(make_one_time_code(shop, 1190), payer) for _ in range(4)]

    def tap(number: int) -> str:
        session = sessions[number]
        token = yes_to(session, payer)
        paid = confirm(session_id=session.pk, person_id=payer.pk, confirmation=token, pin=PIN)
        return str(paid.pk)

    answers = at_once(*[patient(partial(tap, number)) for number in range(4)])
    assert answers.count("balance_too_low") == 3
    assert Exchange.objects.count() == 1


def test_a_yes_that_meets_a_new_quote_is_one_or_none() -> None:
    """Whoever comes first: the yes pays what it showed, or is refused because the page is an older one."""
    yuan()
    payer, shop = wang(), make_shop()
    for _ in range(5):
        session = quoted(make_one_time_code(shop, 100), payer)
        token = yes_to(session, payer)
        yes = partial(confirm, session_id=session.pk, person_id=payer.pk, confirmation=token, pin=PIN)
        anew = partial(choose_wallet, session_id=session.pk, person_id=payer.pk, currency="CNY")
        paid, _quoted = at_once(patient(partial(_id, yes)), anew)
        if paid == "amount_changed":
            assert not Payment.objects.filter(session=session.pk).exists()
        else:
            assert Exchange.objects.get(payment=paid).payer_minor == 779


def test_refunds_at_once_never_give_more_than_was_given() -> None:
    yuan()
    shop, payer = make_shop(), wang()
    payment = pay_abroad(make_one_time_code(shop, 1190), payer)
    settle_all()

    def give(key: str) -> str:
        return str(refund(actor=shop.cashier, payment_id=payment.pk, key=key, amount_minor=397).pk)

    answers = at_once(*[patient(partial(give, f"{number}")) for number in range(5)])
    assert answers.count("refund_too_large") == 3
    refund(actor=shop.cashier, payment_id=payment.pk, key="rest")
    assert balance(f"customer:{payer.wallet.pk}:CNY") == 50_000
    assert_clean()
