"""The API's codes: the contract, keys, amounts as text only, and nothing for strangers."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from base.ids import database_now
from merchants.models import QrCode
from payments.flows.refund import refund
from tests.factories import make_one_time_code, make_static_code, pay, settle_all
from tests.payments.till.shop_floor import Floor, open_shop, statuses

ORDER = {"amount": "12.90", "category": "standard", "reference": "Order 7"}


def path_of(floor: Floor) -> str:
    return f"/api/tills/{floor.shop.till.pk}/codes"


def order(floor: Floor, body: Any, *, key: str | None = "k1", role: str = "cashier") -> Any:
    """POST an order; body: an object, or text as it is sent."""
    headers = {} if key is None else {"Idempotency-Key": key}
    text = body if isinstance(body, str) else json.dumps(body)
    return floor.browser(role).post(path_of(floor), text, content_type="application/json", headers=headers)


def is_problem(answer: Any, status: int, code: str) -> bool:
    """A refusal in the house's form (RFC 9457), and nothing was made."""
    said = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, said["status"]) == (status, status), said
    assert said["title"] == code, said
    return not QrCode.objects.exists()


@pytest.mark.django_db
class TestMaking:
    def test_one_amount(self, floor: Floor) -> None:
        answer = order(floor, ORDER)
        assert answer.status_code == 201
        said, code = answer.json(), QrCode.objects.get()
        assert said["id"] == str(code.pk) and said["link"].startswith(f"{settings.BASE_URL}/q/")
        assert said["amounts"] == {"net": "10.84", "tax": "2.06", "total": "12.90"}
        assert (said["currency"], said["reference"]) == ("EUR", "Order 7")
        left = datetime.fromisoformat(said["expires_at"]) - database_now()
        assert timedelta(minutes=4) < left <= timedelta(minutes=5)
        assert code.lines == [{"description": "Standard rate", "category": "standard", "amount_minor": 1290}]
        assert floor.browser("cashier").get(said["link"].removeprefix(settings.BASE_URL)).status_code == 302

    def test_lines_at_their_own_rates(self, floor: Floor) -> None:
        lines = [
            {"description": "Breakfast", "category": "reduced", "amount": "9.90"},
            {"description": "Oat cappuccino", "category": "standard", "amount": "2"},
        ]
        said = order(floor, {"lines": lines}).json()
        assert said["amounts"] == {"net": "10.93", "tax": "0.97", "total": "11.90"}

    def test_prices_without_tax(self) -> None:
        floor = open_shop("US", inclusive=False, categories=("standard",))
        said = order(floor, {"amount": "10", "category": "standard"}).json()
        assert said["amounts"] == {"net": "10.00", "tax": "0.83", "total": "10.83"}

    def test_the_same_key_is_the_same_code(self, floor: Floor) -> None:
        first, again = order(floor, ORDER), order(floor, ORDER)
        assert first.status_code == again.status_code == 201 and first.json() == again.json()
        assert QrCode.objects.count() == 1
        other = order(floor, ORDER | {"amount": "13.00"})
        assert (other.status_code, other.json()["title"]) == (422, "key_reused")
        assert order(floor, ORDER, key="k2").json()["id"] != first.json()["id"]

    @pytest.mark.parametrize("key", [None, "", "x" * 201, "naïve"])
    def test_a_key_is_asked_for(self, floor: Floor, key: str | None) -> None:
        assert is_problem(order(floor, ORDER, key=key), 400, "idempotency_key_missing")

    @pytest.mark.parametrize(
        "amount",
        [
            12.9,
            12,
            True,
            None,
            [],
            {},
            "",
            "0",
            "-1",
            "1_000",
            "１２",
            "٣",
            "1e2",
            "NaN",
            "12.999",
            " 12",
            "1,000",
        ],
    )
    def test_an_amount_is_plain_text(self, floor: Floor, amount: object) -> None:
        answer = order(floor, ORDER | {"amount": amount})
        assert is_problem(answer, 400, "invalid" if amount is None else "amount_invalid")
        lines = [{"description": "Soup", "category": "standard", "amount": amount}]
        answer = order(floor, {"lines": lines}, key="k2")
        assert is_problem(answer, 400, "invalid" if amount is None else "amount_invalid")

    def test_an_amount_beyond_measure(self, floor: Floor) -> None:
        assert is_problem(order(floor, ORDER | {"amount": "9" * 5000}), 400, "amount_too_large")
        lines = [{"description": "Gold", "category": "standard", "amount": "9999999999.00"}] * 2
        assert is_problem(order(floor, {"lines": lines}), 400, "amount_too_large")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"amount": "1"},
            {"category": "standard"},
            ORDER | {"lines": [{"description": "x", "category": "standard", "amount": "1"}]},
            {"lines": []},
            {"lines": "soup"},
            {"lines": [{"description": "x", "amount": "1"}]},
            {"lines": [{"description": "", "category": "standard", "amount": "1"}]},
            ORDER | {"reference": "x" * 41},
            [],
            "{",
            '{"amount": NaN, "category": "standard"}',
        ],
    )
    def test_a_body_that_says_no_order(self, floor: Floor, body: object) -> None:
        answer = order(floor, body)
        assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
        assert not QrCode.objects.exists()

    def test_what_the_shop_does_not_sell(self, floor: Floor) -> None:
        assert is_problem(order(floor, ORDER | {"category": "zero"}), 400, "category_not_sold")

    def test_a_line_of_several_pieces(self, floor: Floor) -> None:
        line = {"description": "Soup", "category": "standard", "amount": "14.40"}
        for bad in (0, -1, 1000, 1.5, "two"):
            answer = order(floor, {"lines": [line | {"quantity": bad}]}, key=f"k{bad}")
            assert is_problem(answer, 400, "invalid")
        assert order(floor, {"lines": [line | {"quantity": 2}]}).status_code == 201
        (kept,) = QrCode.objects.get().lines
        assert (kept["amount_minor"], kept["quantity"]) == (1440, 2)

    def test_too_many_lines(self, floor: Floor) -> None:
        lines = [{"description": "x", "category": "standard", "amount": "1"}] * 51
        assert is_problem(order(floor, {"lines": lines}), 400, "lines_invalid")

    def test_only_those_who_charge(self, floor: Floor) -> None:
        def ask(browser: Client) -> int:
            headers = {"Idempotency-Key": uuid4().hex}
            text = json.dumps(ORDER)
            return browser.post(
                path_of(floor), text, content_type="application/json", headers=headers
            ).status_code

        assert statuses(floor, ask) == {
            "owner": 201, "manager": 201, "cashier": 201,
            "accountant": 404, "other_owner": 404, "customer": 404, "anonymous": 403,
        }  # fmt: skip
        assert QrCode.objects.filter(merchant=floor.shop.merchant).count() == 3

    def test_a_foreign_page_cannot_order(self, floor: Floor) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = floor.browser("cashier").cookies
        headers = {"Idempotency-Key": "k"}
        answer = browser.post(path_of(floor), ORDER, content_type="application/json", headers=headers)
        assert is_problem(answer, 403, "permission_denied")


@pytest.mark.django_db
class TestAsking:
    def test_the_states_of_a_code(self, floor: Floor) -> None:
        cashier = floor.browser("cashier")

        def ask(code: QrCode) -> tuple[str, Any]:
            said = cashier.get(f"/api/codes/{code.pk}").json()
            assert said["id"] == str(code.pk)
            return said["state"], said["payment"]

        code = make_one_time_code(floor.shop, 1190)
        assert ask(code) == ("active", None)
        assert ask(make_one_time_code(floor.shop, life=timedelta(seconds=-1))) == ("expired", None)
        retired = make_one_time_code(floor.shop)
        cashier.post(f"{floor.till}code/{retired.pk}/cancel")
        assert ask(retired) == ("retired", None)
        payment = pay(code, floor.people["customer"], tip_minor=100)
        cashier.post(f"{floor.till}code/{code.pk}/cancel")
        state, paid = ask(code)
        assert state == "paid" and paid == {
            "id": str(payment.pk),
            "state": "promised",
            "currency": "EUR",
            "total": "12.90",
            "tip": "1.00",
            "refunded": "0.00",
            "happened_at": payment.happened_at.isoformat(),
        }
        settle_all()
        refund(actor=floor.shop.owner, payment_id=payment.pk, key="a")
        paid = ask(code)[1]
        assert (paid["state"], paid["refunded"]) == ("settled", "12.90")

    def test_only_those_who_charge(
        self, floor: Floor, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        code = make_one_time_code(floor.shop)
        path = f"/api/codes/{code.pk}"
        assert statuses(floor, lambda browser: browser.get(path).status_code) == {
            "owner": 200, "manager": 200, "cashier": 200,
            "accountant": 404, "other_owner": 404, "customer": 404, "anonymous": 403,
        }  # fmt: skip
        cashier = floor.browser("cashier")
        unknown = cashier.get(f"/api/codes/{uuid4()}")
        stranger = floor.browser("other_owner").get(path)
        assert unknown.status_code == 404 and unknown.json() == stranger.json()
        with django_assert_num_queries(4):
            cashier.get(path)

    def test_a_printed_code_is_active_until_it_is_retired(self, floor: Floor) -> None:
        code = make_static_code(floor.shop)
        pay(code, floor.people["customer"], 100)
        said = floor.browser("cashier").get(f"/api/codes/{code.pk}").json()
        assert (said["state"], said["payment"]) == ("active", None)


@pytest.mark.django_db(transaction=True)
def test_one_order_sent_by_sixteen_at_once_is_one_code(floor: Floor) -> None:
    browsers = [floor.browser("cashier") for _ in range(16)]
    gate, text = threading.Barrier(16), json.dumps(ORDER)

    def send(browser: Client) -> Any:
        try:
            gate.wait()
            headers = {"Idempotency-Key": "one"}
            return browser.post(path_of(floor), text, content_type="application/json", headers=headers)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, browsers))
    assert QrCode.objects.count() == 1
    made = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert made and set(made) == {str(QrCode.objects.get().pk)}
    # Who had to wait too long is told to ask again, and by whom.
    assert all(answer.json()["title"] == "still_working" for answer in answers if answer.status_code != 201)
