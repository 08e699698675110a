"""One code, many tills at the same moment: one wins, the others are told, nobody is charged twice."""

import pytest

import payments.flows.charge_presented as charging
from payments.flows.confirm import confirm
from payments.flows.hide_code import hide_code
from payments.flows.open_showing import open_showing
from payments.flows.pay_small import pay_small
from payments.models import Payment, Session, Showing, ShownCode
from tests.factories import PIN, make_one_time_code, make_person, make_shop, yes_to
from tests.payments.shown.acts import again, charge, show
from tests.races.threads import Crew, at_once, same

pytestmark = pytest.mark.django_db(transaction=True)
TILLS = 6


def test_two_tills_that_scan_one_code_at_once() -> None:
    """Thirty times: one is paid, the others hear why not, and their orders stay unpaid."""
    shop = make_shop()
    payer = make_person(funds={"EUR": 50_000})
    with Crew(TILLS) as crew:
        for turn in range(30):
            fresh = show(payer)
            orders = [make_one_time_code(shop, 100 + place) for place in range(TILLS)]
            found = crew.at_once(
                *[
                    lambda order=order, text=text: charge(shop, order, text)
                    for order, text in zip(orders, [fresh.link, fresh.digits] * TILLS, strict=False)
                ]
            )
            assert found.count(fresh.code.pk) == 1 and found.count("shown_code_used") == TILLS - 1
            assert Payment.objects.filter(person=payer).count() == turn + 1
            assert Session.objects.filter(person=payer).count() == turn + 1


def test_a_double_read_is_one_charge() -> None:
    shop, payer = make_shop(), make_person(funds={"EUR": 50_000})
    for _ in range(10):
        order, fresh = make_one_time_code(shop, 100), show(payer)
        found = at_once(*same(lambda o=order, f=fresh: charge(shop, o, f.link, key=str(o.pk)), 4))  # type: ignore[misc]
        assert set(found) == {fresh.code.pk}
        assert Payment.objects.filter(one_time_code=order).count() == 1


def test_hiding_and_scanning_at_once() -> None:
    """The page goes out of sight while a till scans: either it is gone, or it is paid."""
    shop, payer = make_shop(), make_person(funds={"EUR": 50_000})
    for _ in range(20):
        order, fresh = make_one_time_code(shop, 100), show(payer)
        hidden, taken = at_once(
            lambda f=fresh: hide_code(person_id=payer.pk, code_id=f.code.pk),  # type: ignore[misc]
            lambda o=order, f=fresh: charge(shop, o, f.link),  # type: ignore[misc]
        )
        assert (hidden, taken) in {(True, "shown_code_over"), (False, fresh.code.pk)}
        assert Payment.objects.filter(one_time_code=order).exists() == (not hidden)


def test_renewing_and_scanning_at_once() -> None:
    shop, payer = make_shop(), make_person(funds={"EUR": 50_000})
    for _ in range(20):
        order, fresh = make_one_time_code(shop, 100), show(payer)
        newer, taken = at_once(
            lambda f=fresh: again(payer, f.code.showing),  # type: ignore[misc]
            lambda o=order, f=fresh: charge(shop, o, f.link),  # type: ignore[misc]
        )
        assert taken in {"shown_code_over", fresh.code.pk}
        assert newer.code.pk != fresh.code.pk
        assert ShownCode.objects.filter(showing=fresh.code.showing, state="shown").count() == 1


def test_the_last_small_payment_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of one showing that are paid at once share what is left of its yes."""
    shop, payer = make_shop(), make_person(funds={"EUR": 50_000})
    with monkeypatch.context() as held:
        held.setattr(charging, "pay_small", lambda **_: None)
        show(payer)
        showing = Showing.objects.get(person=payer, closed_at=None)
        codes = [charge(shop, make_one_time_code(shop, 2600), again(payer, showing).link) for _ in range(6)]
    paid = at_once(*[lambda c=code: pay_small(code_id=c) for code in codes])
    assert sum(each is not None for each in paid) == 3  # 78 of 100 euros; a fourth would be 104
    showing.refresh_from_db()
    assert (showing.small_minor, showing.small_count) == (7800, 3)


def test_a_small_yes_and_the_pin_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A payer who types the PIN while the till's own request still works pays once."""
    shop, payer = make_shop(), make_person(funds={"EUR": 50_000})
    for _ in range(10):
        with monkeypatch.context() as held:
            held.setattr(charging, "pay_small", lambda **_: None)
            order = make_one_time_code(shop, 100)
            code_id = charge(shop, order, show(payer).link)
        session = Session.objects.select_related(
            "code__merchant__tax_profile", "code__branch", "code__till", "merchant"
        ).get(shown_code=code_id)
        token = yes_to(session, payer)
        at_once(
            lambda c=code_id: pay_small(code_id=c),  # type: ignore[misc]
            lambda s=session, t=token: confirm(  # type: ignore[misc]
                session_id=s.pk, person_id=payer.pk, confirmation=t, pin=PIN
            ),
        )
        payment = Payment.objects.get(one_time_code=order)
        showing = Showing.objects.get(person=payer, closed_at=None)
        assert showing.small_count == (payment.showing_id is not None)


def test_two_phones_that_open_at_once_leave_one_showing() -> None:
    payer = make_person()
    for _ in range(10):
        found = at_once(*same(lambda: open_showing(person_id=payer.pk, pin=PIN), 3))
        assert all(isinstance(each, Showing) or each in {"still_working", "pin_blocked"} for each in found)
        assert Showing.objects.filter(person=payer, closed_at=None).count() == 1
