"""A part of a payment goes back: chosen by line, piece or amount, shown, then done; without a script."""

from typing import Any

import pytest
from django.test import Client

from payments.models import Payment, Refund
from tests.factories import make_one_time_code, pay
from tests.payments.test_refund_lines import LINES
from tests.payments.till.shop_floor import Floor


@pytest.mark.django_db
class TestPage:
    def paid(self, floor: Floor) -> Payment:
        lines = [{**line, "category": "standard"} for line in LINES]
        return pay(make_one_time_code(floor.shop, lines=lines), floor.people["customer"], tip_minor=100)

    def browser(self, floor: Floor, payment: Payment) -> tuple[Client, str]:
        return floor.browser("cashier"), f"{floor.till}payments/{payment.pk}/refund"

    def test_it_lists_the_lines_with_what_each_carries(self, floor: Floor) -> None:
        cashier, path = self.browser(floor, self.paid(floor))
        text = cashier.get(path).content.decode().replace("\u00a0", " ")
        for said in ("Only a part", "3 × Soup", "10.70", "VAT 19 %: 1.71", "How many of 3 × Soup?", "Tip"):
            assert said in text, said

    def test_a_choice_is_shown_then_sent_and_only_that_goes_back(self, floor: Floor) -> None:
        payment = self.paid(floor)
        cashier, path = self.browser(floor, payment)
        page = cashier.get(path, {"line": ["1", "2"], "pieces_1": "1", "amount": ""})
        text = page.content.decode()
        assert page.context["left"].total_minor == 357 + 357
        assert "Refund 7.14" in text and "This part goes back" in text and "Our fee comes back" not in text
        for hidden in ('name="line" value="1"', 'name="line" value="2"', 'name="pieces_1" value="1"'):
            assert f'type="hidden" {hidden}' in text
        assert Refund.objects.count() == 0
        form = {"key": page.context["key"], "line": ["1", "2"], "pieces_1": "1"}
        answer = cashier.post(path, form)
        done = Refund.objects.get()
        assert (done.amount_minor, answer["Location"]) == (
            714,
            path.replace("/refund", f"/refunds/{done.pk}/"),
        )
        assert cashier.post(path, form)["Location"] == answer["Location"]  # a double tap
        rest = cashier.get(path)
        assert rest.context["left"].total_minor == payment.total_minor - 714
        assert [row.number for row in rest.context["lines"]] == [1, 3, 4, 0]

    def test_an_amount(self, floor: Floor) -> None:
        cashier, path = self.browser(floor, self.paid(floor))
        page = cashier.get(path, {"amount": "5.00"})
        assert page.context["left"].total_minor == 500
        cashier.post(path, {"key": page.context["key"], "amount": "5.00"})
        assert Refund.objects.get().amount_minor == 500

    @pytest.mark.parametrize(
        "said",
        [
            {"amount": "0"}, {"amount": "99.00"}, {"amount": "1e3"}, {"line": "9"}, {"line": "x"},
            {"line": ["1", "1"]}, {"line": "1", "pieces_1": "4"}, {"line": "1", "pieces_1": "-1"},
            {"line": "1", "amount": "1.00"}, {"line": "\u0661"}, {"line": ["1"] * 99},
        ],
    )  # fmt: skip
    def test_what_cannot_go_back_is_said_and_nothing_does(self, floor: Floor, said: dict[str, Any]) -> None:
        cashier, path = self.browser(floor, self.paid(floor))
        page = cashier.get(path, said)
        assert page.status_code in (400, 409) and 'role="alert"' in page.content.decode()
        again = cashier.post(path, {"key": "k", **said})
        assert again.status_code in (400, 409) and 'role="alert"' in again.content.decode()
        assert not Refund.objects.exists()
