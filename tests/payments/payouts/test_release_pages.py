"""Tax that stays is shown, released by an owner after a yes, and nobody else finds the way."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from payments.models import TaxRelease
from people.models import User
from tests.factories import Shop, make_member, make_one_time_code, pay, settle_all
from tests.payments.payouts.stage import balances, earned, released, set_mode

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Client]


def there(shop: Shop, place: str = "DE") -> str:
    return reverse("payments:tax_release", args=[shop.merchant.pk, place])


def text(client: Client, address: str, status: int = 200, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_owner_releases_what_stands(client_of: SignIn) -> None:
    shop, _ = earned(mode="ring_fence")
    client = client_of(shop.owner)
    payouts = reverse("payments:payouts", args=[shop.merchant.pk])
    page = text(client, payouts)
    for said in (
        "Tax that stays here",
        "Germany",
        "DE VAT 19",
        "1.90",
        "Filed and paid? Release it",
        there(shop),
    ):
        assert said in page
    form = text(client, there(shop))
    for said in ("Release the tax of Germany", "All that stands here", "and before"):
        assert said in form
    asked = client.get(there(shop), {"period": "", "amount": ""})
    assert "Release 1.90" in asked.content.decode()
    sent = {name: asked.context[name] for name in ("period", "amount", "key")}
    for _ in range(2):  # a double tap
        done = client.post(there(shop), sent)
        assert (done.status_code, done["Location"]) == (302, payouts)
    row = TaxRelease.objects.get()
    assert (row.amount_minor, row.ordered_by, balances(shop.merchant.pk)["tax"]) == (190, shop.owner, 0)
    page = text(client, payouts)
    for said in ("Tax released", "Filed: all that stood here", shop.owner.email):
        assert said in page
    assert there(shop) not in page
    assert "No tax is set aside in Germany" in text(client, there(shop))


def test_a_part_and_a_period(client_of: SignIn) -> None:
    shop, _ = earned(mode="ring_fence")
    client = client_of(shop.owner)
    period = client.get(there(shop)).context["periods"][0].value
    # What was sold today is no part of a period that has ended.
    assert "No tax is set aside here for this" in text(client, there(shop), 409, period=period, amount="")
    asked = client.get(there(shop), {"period": "", "amount": "0.40"})
    assert asked.context["amount"] == "0.40"
    client.post(there(shop), {name: asked.context[name] for name in ("period", "amount", "key")})
    assert balances(shop.merchant.pk)["tax"] == 150


def test_what_was_shown_is_released_or_nothing(client_of: SignIn) -> None:
    shop, payer = earned(mode="ring_fence")
    client = client_of(shop.owner)
    asked = client.get(there(shop), {"period": "", "amount": ""})
    sent = {name: asked.context[name] for name in ("period", "amount", "key")}
    released(shop, amount_minor=100)
    answer = client.post(there(shop), sent)
    assert answer.status_code == 409
    assert "Only 0.90 EUR is set aside here" in answer.content.decode()
    pay(make_one_time_code(shop, 1190), payer)
    settle_all()
    asked = client.get(there(shop), {"period": "", "amount": ""})
    pay(make_one_time_code(shop, 1190), payer)
    settle_all()
    client.post(there(shop), {name: asked.context[name] for name in ("period", "amount", "key")})
    assert balances(shop.merchant.pk)["tax"] == 190  # what came in after the page stays


@pytest.mark.parametrize(
    "query",
    [
        {"period": "2026-13", "amount": ""},
        {"period": "<script>", "amount": ""},
        {"period": "", "amount": "9999"},
        {"period": "", "amount": "1e2"},
        {"period": "", "amount": "-1"},
        {"period": "", "amount": "0"},
    ],
)
def test_what_cannot_be_read_moves_nothing(query: dict[str, str], client_of: SignIn) -> None:
    shop, _ = earned(mode="ring_fence")
    client = client_of(shop.owner)
    assert "Nothing was released" in text(client, there(shop), 409, **query)
    assert client.post(there(shop), query | {"key": "k"}).status_code == 409
    assert client.post(there(shop), {"key": "k"}).status_code == 409
    assert not TaxRelease.objects.exists()


def test_an_accountant_reads_and_cannot_release(client_of: SignIn) -> None:
    shop, _ = earned(mode="ring_fence")
    released(shop, amount_minor=100)
    client = client_of(make_member(shop, "accountant"))
    page = text(client, reverse("payments:payouts", args=[shop.merchant.pk]))
    for said in ("Tax that stays here", "0.90", "Tax released"):
        assert said in page
    assert there(shop) not in page
    assert client.get(there(shop)).status_code == 404
    assert client.post(there(shop), {"amount": "0.90", "key": "x"}).status_code == 404
    assert TaxRelease.objects.count() == 1


@pytest.mark.parametrize("who", ["manager", "cashier", "accountant", "other owner", "payer", "nobody"])
def test_for_everybody_else_there_is_nothing_here(who: str, client_of: SignIn) -> None:
    shop, payer = earned(mode="ring_fence")
    other, _ = earned(mode="ring_fence")
    people = {"other owner": other.owner, "payer": payer}
    client = Client() if who == "nobody" else client_of(people.get(who) or make_member(shop, who))
    expected = 302 if who == "nobody" else 404
    assert client.get(there(shop)).status_code == expected
    assert client.post(there(shop), {"amount": "1.00", "key": "x"}).status_code == expected
    assert not TaxRelease.objects.exists()


def test_a_place_that_is_not_the_shops_is_not_found(client_of: SignIn) -> None:
    shop, _ = earned(mode="ring_fence")
    client = client_of(shop.owner)
    for place in ("FR", "DE-BE", "x"):
        assert client.get(there(shop, place)).status_code == 404
        assert client.post(there(shop, place), {"amount": "1.00", "key": "x"}).status_code == 404


def test_no_release_without_a_csrf_token(client_of: SignIn) -> None:
    shop, _ = earned(mode="ring_fence")
    client = Client(enforce_csrf_checks=True)
    client.force_login(shop.owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(there(shop), {"amount": "1.90", "key": "x"}).status_code == 403
    assert not TaxRelease.objects.exists()


def test_the_operator_who_remitted_is_not_named(client_of: SignIn) -> None:
    shop, _ = earned(mode="ring_fence")
    row = released(shop, "authority")
    page = text(client_of(shop.owner), reverse("payments:payouts", args=[shop.merchant.pk]))
    assert "We sent it to the authority" in page
    assert row.ordered_by.email not in page


def test_tax_that_was_kept_is_shown_after_the_fence_ended(client_of: SignIn) -> None:
    shop, _ = earned(mode="ring_fence")
    set_mode(shop, "record")
    client = client_of(shop.owner)
    assert there(shop) in text(client, reverse("payments:payouts", args=[shop.merchant.pk]))
    assert "Release the tax of Germany" in text(client, there(shop))
