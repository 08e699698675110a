"""A cashier asks for an amount: the keypad, the code, its end; bad amounts write nothing."""

from datetime import timedelta

import pytest

from base.core.errors import Refused
from base.ids import database_now
from merchants.flows.freeze_merchant import freeze_merchant
from merchants.flows.retire_qr import retire_qr
from merchants.models import OwnRate, QrCode, TaxProfile
from payments.flows.charge import charge
from tests.factories import make_one_time_code, make_person, make_static_code, pay
from tests.payments.till.shop_floor import Floor, open_shop

pytestmark = pytest.mark.django_db
FORM = {"amount": "12.90", "category": "standard", "reference": "Table 4", "tip_allowed": "on", "key": "k1"}


def test_an_amount_becomes_a_code_that_is_paid(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    answer = cashier.post(f"{floor.till}charge", FORM)
    code = QrCode.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"{floor.till}code/{code.pk}/"
    line = {"description": "Standard rate", "category": "standard", "amount_minor": 1290}
    assert (code.lines, code.reference, code.tip_allowed) == ([line], "Table 4", True)
    page = cashier.get(answer["Location"]).content.decode()
    assert "12.90" in page and "Table 4" in page and f'data-code="{code.pk}"' in page
    assert "paidscreen" not in page and 'data-paid=""' in page and "picture.svg" in page
    picture = cashier.get(f"{answer['Location']}picture.svg")
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content
    pay(code, floor.people["customer"], tip_minor=100)
    page = cashier.get(answer["Location"]).content.decode()
    assert "paidscreen big" in page and 'data-paid="13.90"' in page
    assert "picture.svg" not in page and 'data-code=""' in page
    assert f'content="10;url={floor.till}"' in page  # the next customer, by itself


def test_a_double_tap_is_one_code(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    first, second = (cashier.post(f"{floor.till}charge", FORM)["Location"] for _ in range(2))
    assert first == second and QrCode.objects.count() == 1
    cashier.post(f"{floor.till}charge", FORM | {"key": "k2"})
    assert QrCode.objects.count() == 2


def test_the_same_key_for_another_amount_is_asked_again_under_a_new_key(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    cashier.post(f"{floor.till}charge", FORM)
    changed = FORM | {"amount": "13.00"}
    answer = cashier.post(f"{floor.till}charge", changed)
    assert answer.status_code == 422 and QrCode.objects.count() == 1
    page = answer.content.decode()
    assert "This was sent before" in page and 'value="13.00"' in page
    key = answer.context["form"]["key"].value()
    assert key != "k1"
    assert cashier.post(f"{floor.till}charge", changed | {"key": key}).status_code == 302


def test_each_page_has_its_own_key(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    keys = {cashier.get(floor.till).context["form"]["key"].value() for _ in range(3)}
    assert len(keys) == 3


BAD = [
    "",
    "0",
    "0.00",
    "-1",
    "1_000",
    "１２",
    "٣",
    "1e2",
    "NaN",
    "Infinity",
    "12.999",
    "1,000",
    "1 0",
    "1" * 14,
]


@pytest.mark.parametrize("amount", BAD)
def test_bad_amounts_write_nothing(floor: Floor, amount: str) -> None:
    answer = floor.browser("cashier").post(f"{floor.till}charge", FORM | {"amount": amount})
    assert answer.status_code == 400 and not QrCode.objects.exists()
    assert answer.context["form"].errors.keys() == {"amount"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "reduced_2"}, "category"),
        ({"category": ""}, "category"),
        ({"reference": "x" * 41}, "reference"),
        ({"key": ""}, "key"),
        ({"key": "k" * 41}, "key"),
    ],
)
def test_other_bad_fields_write_nothing(floor: Floor, change: dict[str, str], field: str) -> None:
    answer = floor.browser("cashier").post(f"{floor.till}charge", FORM | change)
    assert answer.status_code == 400 and not QrCode.objects.exists()
    assert answer.context["form"].errors.keys() == {field}


def test_no_decimals_where_the_currency_has_none() -> None:
    floor = open_shop("VN", categories=("standard",))
    cashier = floor.browser("cashier")
    assert cashier.post(f"{floor.till}charge", FORM | {"amount": "40000.5"}).status_code == 400
    assert cashier.post(f"{floor.till}charge", FORM | {"amount": "40000"}).status_code == 302
    page = cashier.get(floor.till).content.decode()
    assert 'data-digits="0"' in page and "VAT 10" in page


def test_prices_without_tax_show_what_the_customer_pays() -> None:
    floor = open_shop("US", inclusive=False, categories=("standard",))
    answer = floor.browser("cashier").post(f"{floor.till}charge", FORM | {"amount": "10.00"}, follow=True)
    page = answer.content.decode()
    assert "10.83" in page and "0.83 tax" in page


def test_chips_show_the_rates_of_the_place(floor: Floor) -> None:
    page = floor.browser("cashier").get(floor.till).content.decode()
    assert "Standard rate · VAT 19\N{NO-BREAK SPACE}%" in page
    assert "Reduced rate · VAT 7\N{NO-BREAK SPACE}%" in page and "Food eaten in" not in page


def test_a_till_that_cannot_charge_says_why() -> None:
    floor = open_shop("US", categories=("standard",))
    OwnRate.objects.all().delete()
    cashier = floor.browser("cashier")
    page = cashier.get(floor.till).content.decode()
    assert "We do not know the tax rate" in page and "Show code" not in page
    TaxProfile.objects.filter(merchant=floor.shop.merchant).delete()
    assert "no tax profile" in cashier.get(floor.till).content.decode()
    assert cashier.post(f"{floor.till}charge", FORM).status_code == 400
    assert not QrCode.objects.exists()


def test_a_frozen_shop_charges_nothing(floor: Floor) -> None:
    operator = make_person(pin=None, is_staff=True)
    freeze_merchant(operator_id=operator.pk, merchant_id=floor.shop.merchant.pk, on=True)
    cashier = floor.browser("cashier")
    assert "stopped" in cashier.get(floor.till).content.decode()
    assert cashier.post(f"{floor.till}charge", FORM).status_code == 400
    assert not QrCode.objects.exists()


def test_a_cancelled_code_cannot_be_paid(floor: Floor) -> None:
    code, cashier = make_one_time_code(floor.shop), floor.browser("cashier")
    page = f"{floor.till}code/{code.pk}/"
    assert cashier.post(f"{page}cancel").status_code == 302
    assert "This order is called off" in cashier.get(page).content.decode()
    with pytest.raises(Refused) as no:
        pay(code, floor.people["customer"])
    assert no.value.code == "code_retired"


def test_cancelling_what_has_been_paid_shows_paid(floor: Floor) -> None:
    code, cashier = make_one_time_code(floor.shop), floor.browser("cashier")
    pay(code, floor.people["customer"])
    answer = cashier.post(f"{floor.till}code/{code.pk}/cancel", follow=True)
    assert "paidscreen big" in answer.content.decode() and "called off" not in answer.content.decode()


def test_a_cashier_retires_no_printed_code(floor: Floor) -> None:
    printed = make_static_code(floor.shop)
    assert floor.browser("cashier").post(f"{floor.till}code/{printed.pk}/cancel").status_code == 404
    with pytest.raises(Refused) as no:
        retire_qr(actor_id=floor.shop.cashier.pk, code_id=printed.pk)
    assert no.value.code == "not_found"
    printed.refresh_from_db()
    assert printed.state == "active"


def test_an_expired_code_offers_the_same_again(floor: Floor) -> None:
    code = make_one_time_code(floor.shop, 1290, life=timedelta(seconds=-1), reference="Table 7")
    cashier, page = floor.browser("cashier"), f"{floor.till}code/{code.pk}/"
    assert "This code has run out" in cashier.get(page).content.decode()
    first, second = (cashier.post(f"{page}again")["Location"] for _ in range(2))
    new = QrCode.objects.exclude(pk=code.pk).get()
    assert first == second == f"{floor.till}code/{new.pk}/"
    assert (new.lines, new.reference, new.state) == (code.lines, "Table 7", "active")


def test_a_new_code_for_an_open_order_ends_the_old_one(floor: Floor) -> None:
    code, cashier = make_one_time_code(floor.shop, 1290, tip_allowed=False), floor.browser("cashier")
    cashier.post(f"{floor.till}code/{code.pk}/again")
    code.refresh_from_db()
    new = QrCode.objects.exclude(pk=code.pk).get()
    assert (code.state, new.state, new.tip_allowed) == ("retired", "active", False)


def test_a_paid_or_an_old_order_is_not_shown_again(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    paid, old = make_one_time_code(floor.shop), make_one_time_code(floor.shop)
    pay(paid, floor.people["customer"])
    QrCode.objects.filter(pk=old.pk).update(created_at=database_now() - timedelta(hours=2))
    for code, why in ((paid, "Money has come"), (old, "too old")):
        page = cashier.post(f"{floor.till}code/{code.pk}/again", follow=True).content.decode()
        assert why in page
    old.refresh_from_db()
    assert QrCode.objects.count() == 2 and old.state == "active"


def test_the_flow_answers_a_repeat_with_the_first_code(floor: Floor) -> None:
    line = {"description": "Soup", "category": "standard", "amount_minor": 500}
    asked = {"actor": floor.shop.cashier, "till_id": floor.shop.till.pk, "lines": [line]}
    first, again = charge(**asked, key="a"), charge(**asked, key="a")  # type: ignore[arg-type]
    assert first.pk == again.pk
    with pytest.raises(Refused) as no:
        charge(**asked | {"reference": "other"}, key="a")  # type: ignore[arg-type]
    assert (no.value.code, no.value.status) == ("key_reused", 422)
    mine = charge(**asked | {"actor": floor.shop.owner}, key="a")  # type: ignore[arg-type]
    assert mine.pk != first.pk  # a key is its owner's


def test_a_refusal_is_kept_under_its_key(floor: Floor) -> None:
    line = {"description": "Soup", "category": "zero", "amount_minor": 500}
    for _ in range(2):
        with pytest.raises(Refused) as no:
            charge(actor=floor.shop.cashier, till_id=floor.shop.till.pk, lines=[line], key="a")
        assert no.value.code == "category_not_sold"
    assert not QrCode.objects.exists()
