"""The shop floor on the till's pages: scans with their words, open orders, what a cashier does about them."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from base.models import Event
from merchants.flows.add_till import add_till
from merchants.models import QrCode
from merchants.queries import token_of
from payments.flows.open_session import open_session
from payments.flows.refund import refund
from payments.models import Match, Payment, Session
from payments.web.screen_words import screen_words
from tests.factories import make_one_time_code, make_person, make_static_code, pay, scan
from tests.payments.till.shop_floor import Floor, statuses

pytestmark = pytest.mark.django_db


def _words(session: Session) -> str:
    return screen_words(session.code.branch, order_id=None, session_id=session.pk)


def test_both_screens_show_the_same_words_from_the_scan_on(floor: Floor) -> None:
    customer, cashier = floor.browser("customer"), floor.browser("cashier")
    printed = make_static_code(floor.shop, label="Table 4")
    answer = customer.get(f"/q/{token_of(printed)}", follow=True)
    session = Session.objects.get()
    assert _words(session) in answer.content.decode()
    listed = cashier.get(floor.till).content.decode()
    assert _words(session) in listed and "Table 4" in listed and ">scanned<" in listed
    customer.post(f"/pay/{session.pk}/amount", {"amount": "4.20", "tip": "0"})
    assert "4.20" in cashier.get(f"{floor.till}live").content.decode()
    assert Event.objects.filter(kind="scan.changed", subject=session.pk).count() == 2
    assert _words(session) in customer.get(f"/pay/{session.pk}/").content.decode()


def test_a_scan_of_another_till_is_not_here(floor: Floor) -> None:
    bar = add_till(actor_id=floor.shop.owner.pk, branch_id=floor.shop.branch.pk, name="Bar")
    at_bar = make_static_code(floor.shop)
    QrCode.objects.filter(pk=at_bar.pk).update(till=bar)
    session = open_session(token=token_of(at_bar))
    assert _words(session) not in floor.browser("cashier").get(floor.till).content.decode()
    assert _words(session) in floor.browser("cashier").get(f"/till/{bar.pk}/").content.decode()


def test_the_order_goes_to_the_phone_of_who_scanned(floor: Floor) -> None:
    customer, cashier = floor.browser("customer"), floor.browser("cashier")
    printed, order = make_static_code(floor.shop), make_one_time_code(floor.shop, 1240)
    page = customer.get(f"/q/{token_of(printed)}", follow=True).content.decode()
    session = Session.objects.get()
    assert f'data-code="{printed.pk}"' in page
    state = f"/pay/{session.pk}/state"
    assert customer.get(state).json() == {"code": str(printed.pk), "open": True}
    code_page = f"{floor.till}code/{order.pk}/"
    assert f'value="scan:{session.pk}"' in cashier.get(code_page).content.decode()
    answer = cashier.post(f"{code_page}push", {"to": f"scan:{session.pk}"})
    assert answer.headers["Location"] == code_page
    assert "has the order" in cashier.get(floor.till).content.decode()
    assert customer.get(state).json()["code"] == str(order.pk)
    page = customer.get(f"/pay/{session.pk}/").content.decode()
    assert "12.40" in page and "sent this order to your phone" in page
    # Not the one who ordered: the way back to an amount of one's own.
    page = customer.get(f"/pay/{session.pk}/own", follow=True).content.decode()
    assert "How much" in page
    # And whoever scans again goes on with the order that is on the phone.
    assert Session.objects.count() == 2


def test_an_order_on_the_sheet_is_offered_to_who_scanned_before(floor: Floor) -> None:
    customer, cashier = floor.browser("customer"), floor.browser("cashier")
    printed, order = make_static_code(floor.shop), make_one_time_code(floor.shop, 1240)
    customer.get(f"/q/{token_of(printed)}")
    first = Session.objects.get()
    cashier.post(f"{floor.till}code/{order.pk}/push", {"to": f"code:{printed.pk}"})
    page = customer.get(f"/pay/{first.pk}/").content.decode()
    assert "an order of <strong>EUR" in page.replace("\xa0", " ") or "12.40" in page
    answer = customer.get(f"/q/{token_of(printed)}", follow=True)
    assert "12.40" in answer.content.decode()
    assert Session.objects.filter(code=order).count() == 1


def test_match_rest_and_give_back_at_the_till(floor: Floor) -> None:
    customer, cashier = floor.people["customer"], floor.browser("cashier")
    order, paid = make_one_time_code(floor.shop, 1240), pay(make_static_code(floor.shop), customer, 1000)
    code_page = f"{floor.till}code/{order.pk}/"
    page = cashier.get(code_page).content.decode()
    assert "2.40 missing" in page
    assert cashier.post(f"{code_page}match", {"payment": paid.pk}).headers["Location"] == code_page
    page = cashier.get(code_page).content.decode()
    assert "Paid short" in page and "Ask for the" in page
    rest = cashier.post(f"{code_page}rest", {"key": "k"}).headers["Location"]
    assert "asks for the rest" in cashier.get(rest).content.decode()
    pay(QrCode.objects.get(rest__order=order), customer)
    again = pay(make_static_code(floor.shop), customer, 1240)
    cashier.post(f"{code_page}match", {"payment": again.pk})
    page = cashier.get(code_page).content.decode()
    assert "Paid twice" in page and "Give " in page
    done = cashier.post(f"{code_page}give-back", {"key": "k"})
    assert f"/payments/{again.pk}/refunds/" in done.headers["Location"]
    again.refresh_from_db()
    assert again.refunded_minor == 1240
    told = cashier.post(f"{code_page}give-back", {"key": "z"}, follow=True)
    assert "Nothing is too much" in told.content.decode()
    cashier.post(f"{floor.till}payments/{again.pk}/unmatch")
    assert not Match.objects.filter(payment=again).exists()


def test_who_may(floor: Floor) -> None:
    expected = {"owner": 302, "manager": 302, "cashier": 302, "anonymous": 302}
    expected |= {"accountant": 404, "other_owner": 404, "customer": 404}
    order, printed = make_one_time_code(floor.shop), make_static_code(floor.shop)
    paid = pay(printed, make_person(funds={"EUR": 5000}), 400)
    code_page = f"{floor.till}code/{order.pk}/"
    for bad in ("", "code:", "scan:x", f"shop:{uuid4()}", f"code:{uuid4()}"):
        assert floor.browser("cashier").post(f"{code_page}push", {"to": bad}).status_code == 404
    for page, said in (
        (f"{code_page}push", {"to": f"code:{printed.pk}"}),
        (f"{code_page}rest", {}),
        (f"{code_page}give-back", {}),
        (f"{code_page}match", {"payment": str(paid.pk)}),
        (f"{floor.till}payments/{paid.pk}/unmatch", {}),
    ):
        asked = statuses(floor, lambda browser, page=page, said=said: browser.post(page, said).status_code)  # type: ignore[misc]
        assert asked == expected, page
        assert floor.browser("cashier").get(page).status_code == 405


def test_strangers_do_not_see_the_state_of_a_scan(floor: Floor) -> None:
    session = scan(make_static_code(floor.shop), floor.people["customer"])
    for role in ("owner", "other_owner", "anonymous"):
        assert floor.browser(role).get(f"/pay/{session.pk}/state").status_code == 404
        assert floor.browser(role).get(f"/pay/{session.pk}/own").status_code == 404


def test_any_number_of_scans_and_orders_costs_the_same(
    floor: Floor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cashier, printed = floor.browser("cashier"), make_static_code(floor.shop)
    for _ in range(5):
        session = open_session(token=token_of(printed))
        make_one_time_code(floor.shop)
        Session.objects.filter(pk=session.pk).update(code=make_one_time_code(floor.shop), scanned=printed)
        open_session(token=token_of(printed))
    with django_assert_num_queries(9):
        page = cashier.get(f"{floor.till}live").content.decode()
    assert page.count(">scanned<") == page.count(">has the order<") == 5
    assert not Payment.objects.exists()


def test_no_two_open_scans_of_a_branch_have_the_same_words(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With words of which there are three: the third scan finds the last, and a closed one frees its own."""
    monkeypatch.setattr("payments.flows.open_session.words_of", lambda each: each.int % 3)
    printed, at_branch = make_static_code(floor.shop), make_static_code(floor.shop, till=False)
    codes = (printed, at_branch, printed)
    for _ in range(3):
        made = {open_session(token=token_of(code)).pk.int % 3 for code in codes}
        assert made == {0, 1, 2}
        Session.objects.update(state="cancelled")


def test_the_same_sum_twice_is_asked_about_and_marked(floor: Floor) -> None:
    customer, printed = floor.people["customer"], make_static_code(floor.shop)
    first = pay(printed, customer, 420)
    session = scan(printed, customer, typed_minor=420)
    asked = floor.browser("customer").get(f"/pay/{session.pk}/").content.decode()
    assert "Pay again only if you owe it twice" in asked and f"/paid/{first.pk}/" in asked
    other = scan(printed, customer, typed_minor=421)
    assert "Pay again only" not in floor.browser("customer").get(f"/pay/{other.pk}/").content.decode()
    assert ">twice?<" not in floor.browser("cashier").get(floor.till).content.decode()
    again = pay(printed, customer, 420)
    pay(printed, make_person(funds={"EUR": 5000}), 420)
    assert floor.browser("cashier").get(floor.till).content.decode().count(">twice?<") == 1
    refund(actor=floor.shop.owner, payment_id=first.pk, key="a")
    assert ">twice?<" not in floor.browser("cashier").get(floor.till).content.decode()
    assert again.total_minor == 420


def test_a_payment_finds_its_order_from_its_own_page(floor: Floor) -> None:
    cashier, customer = floor.browser("cashier"), floor.people["customer"]
    paid = pay(make_static_code(floor.shop), customer, 1000)
    page = f"{floor.till}payments/{paid.pk}/"
    assert "No unpaid order of the last hour" in cashier.get(page).content.decode()
    fitting, short = make_one_time_code(floor.shop, 1000), make_one_time_code(floor.shop, 1240)
    text = cashier.get(page).content.decode()
    assert text.count(">fits<") == 1 and "2.40 missing" in text
    assert f"code/{fitting.pk}/match" in text and f"code/{short.pk}/match" in text
    cashier.post(f"{floor.till}code/{fitting.pk}/match", {"payment": paid.pk})
    text = cashier.get(page).content.decode()
    assert f"code/{fitting.pk}/" in text and "No, it was not" in text
    # Of an order's own payment nothing is asked, and the shop's desk asks nothing at all.
    own = pay(short, customer)
    assert "Which order" not in cashier.get(f"{floor.till}payments/{own.pk}/").content.decode()
    desk = f"/shop/{floor.shop.merchant.pk}/payments/{paid.pk}/"
    assert "Which order" not in floor.browser("owner").get(desk).content.decode()
