"""Giving it back: asked first, done once, whoever taps how often; the money and its tax go home."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from payments.flows.refund import refund
from payments.models import Payment, Refund
from tests.factories import balance, make_one_time_code, make_static_code, pay, settle_all
from tests.payments.till.shop_floor import Floor

THREADS = 16


def wallet_of(floor: Floor) -> int:
    return balance(f"customer:{floor.people['customer'].wallet.pk}:EUR")


@pytest.mark.django_db
class TestPages:
    def test_the_page_says_what_goes_back_from_where(self, floor: Floor) -> None:
        payment = pay(make_one_time_code(floor.shop, 1190), floor.people["customer"], tip_minor=100)
        cashier, path = floor.browser("cashier"), f"{floor.till}payments/{payment.pk}/"
        look = cashier.get(path).content.decode()
        assert f"{path}refund" in look and "Refund 12.90" in look and "The receipt follows" in look
        page = cashier.get(f"{path}refund")
        left = page.context["left"]
        assert (left.sale.net_minor, left.sale.tax_minor, left.tip_minor) == (1000, 190, 100)
        text = page.content.decode()
        for said in ("Refund 12.90", "10.00", "1.90", "From the tips", "0.06"):
            assert said in text, said

    def test_refunded_with_a_reason_and_both_receipts(self, floor: Floor) -> None:
        payment = pay(make_one_time_code(floor.shop, 1190), floor.people["customer"])
        cashier, path = floor.browser("cashier"), f"{floor.till}payments/{payment.pk}/"
        form = {"key": cashier.get(f"{path}refund").context["key"], "reason": " Cold\n soup "}
        answer = cashier.post(f"{path}refund", form)
        done = Refund.objects.get()
        assert answer["Location"] == f"{path}refunds/{done.pk}/"
        assert (done.amount_minor, done.reason, done.ordered_by) == (1190, "Cold soup", floor.shop.cashier)
        assert wallet_of(floor) == 50_000
        page = cashier.get(answer["Location"]).content.decode()
        assert "11.90" in page and "Cold soup" in page and f"/receipts/{done.receipt.pk}.pdf" in page
        look = cashier.get(path).content.decode()
        assert (
            look.count("/receipts/") == 4
            and ">refunded<" in look
            and f"{path}refund" not in look.replace(f"{path}refunds/", "")
        )
        assert cashier.get(f"{path}refund")["Location"] == path  # nothing is left to ask about

    def test_a_double_tap_refunds_once(self, floor: Floor) -> None:
        payment = pay(make_static_code(floor.shop), floor.people["customer"], 500)
        cashier, path = floor.browser("cashier"), f"{floor.till}payments/{payment.pk}/refund"
        first, second = (cashier.post(path, {"key": "k"})["Location"] for _ in range(2))
        assert first == second and Refund.objects.count() == 1
        again = cashier.post(path, {"key": "other"})
        assert again.status_code == 409 and "gone back already" in again.content.decode()
        assert wallet_of(floor) == 50_000

    def test_what_is_left_after_a_part_has_gone_back(self, floor: Floor) -> None:
        payment = pay(make_one_time_code(floor.shop, 1190), floor.people["customer"], tip_minor=110)
        refund(actor=floor.shop.owner, payment_id=payment.pk, key="part", amount_minor=650)
        owner = floor.browser("owner")
        path = f"/shop/{floor.shop.merchant.pk}/payments/{payment.pk}/"
        assert "part refunded" in owner.get(path).content.decode()
        left = owner.get(f"{path}refund").context["left"]
        assert left.total_minor == 650 and left.sale.gross_minor + left.tip_minor == 650
        owner.post(f"{path}refund", {"key": "k"})
        assert Payment.objects.get(pk=payment.pk).refunded_minor == 1300
        for account in ("payable", "tax:DE:VAT:19.0000", "tips"):
            assert balance(f"merchant:{floor.shop.merchant.pk}:EUR:{account}") == 0

    def test_a_refund_of_another_payment_is_not_shown_here(self, floor: Floor) -> None:
        poster, customer = make_static_code(floor.shop), floor.people["customer"]
        one, other = pay(poster, customer, 100), pay(poster, customer, 200)
        done = refund(actor=floor.shop.owner, payment_id=other.pk, key="a")
        cashier = floor.browser("cashier")
        assert cashier.get(f"{floor.till}payments/{one.pk}/refunds/{done.pk}/").status_code == 404
        assert cashier.get(f"{floor.till}payments/{other.pk}/refunds/{done.pk}/").status_code == 200

    def test_query_counts(self, floor: Floor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        lines = [{"description": f"Dish {i}", "category": "standard", "amount_minor": 100} for i in range(9)]
        small = pay(make_one_time_code(floor.shop), floor.people["customer"])
        large = pay(make_one_time_code(floor.shop, lines=lines), floor.people["customer"])
        settle_all()
        cashier = floor.browser("cashier")
        for payment in (small, large):
            path = f"{floor.till}payments/{payment.pk}/"
            with django_assert_num_queries(7):
                cashier.get(path)
            with django_assert_num_queries(5):
                cashier.get(f"{path}refund")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pages", [1, THREADS])
def test_sixteen_taps_at_once_refund_once(floor: Floor, pages: int) -> None:
    """One page tapped sixteen times, and sixteen pages tapped once: over HTTP, on real rows."""
    payment = pay(make_one_time_code(floor.shop, 1190), floor.people["customer"], tip_minor=100)
    path = f"{floor.till}payments/{payment.pk}/refund"
    browsers = [floor.browser("cashier") for _ in range(THREADS)]
    gate = threading.Barrier(THREADS)

    def tap(number: int) -> int:
        try:
            gate.wait()
            return browsers[number].post(path, {"key": f"key {number % pages}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(tap, range(THREADS)))
    assert Refund.objects.filter(payment=payment).count() == 1
    assert Payment.objects.get(pk=payment.pk).refunded_minor == 1290
    assert wallet_of(floor) == 50_000
    # A copy of the one page gets its answer (or is told to wait); another page is told it is done.
    assert set(answers) <= {302, 409} and answers.count(302) >= 1
    if pages == THREADS:
        assert answers.count(302) == 1
