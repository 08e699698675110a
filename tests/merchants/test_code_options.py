"""What a printed code may have besides, and the code that takes its place; on the page and behind it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from base.core.errors import Refused
from base.ids import database_now
from merchants.flows.create_static import MOST_USES, create_static
from merchants.flows.replace_qr import replace_qr
from merchants.models import QrCode
from people.models import User
from tests.factories import Shop, make_one_time_code, make_person, make_shop, make_static_code

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def _static(shop: Shop, **changed: Any) -> QrCode:
    facts = {"category": "standard", "label": "Counter", "till_id": shop.till.pk, **changed}
    return create_static(actor_id=shop.owner.pk, branch_id=shop.branch.pk, **facts)


def page(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(f"merchants:{name}", args=args)).content.decode()


def test_a_code_with_all_its_options() -> None:
    shop, end = make_shop(), database_now() + timedelta(days=1)
    code = _static(
        shop, reference="Fair", cashier_id=shop.cashier.pk, expires_at=end, most_uses=100, tip_allowed=False
    )
    code = QrCode.objects.get(pk=code.pk)
    assert (code.reference, code.cashier_id, code.expires_at) == ("Fair", shop.cashier.pk, end)
    assert (code.most_uses, code.uses, code.tip_allowed) == (100, 0, False)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "end_past"),
        ({"most_uses": 0}, "uses_invalid"),
        ({"most_uses": MOST_USES + 1}, "uses_invalid"),
    ],
)
def test_an_end_that_makes_no_sense(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as no:
        _static(make_shop(), **changed)
    assert no.value.code == code
    assert not QrCode.objects.exists()


def test_a_code_is_of_somebody_who_works_here() -> None:
    shop = make_shop()
    for stranger in (make_person(), make_shop().cashier):
        with pytest.raises(Refused) as no:
            _static(shop, cashier_id=stranger.pk)
        assert no.value.code == "not_found"


def test_replace_makes_one_new_code_and_retires_the_old() -> None:
    shop = make_shop()
    old = _static(shop, reference="Fair", cashier_id=shop.cashier.pk, most_uses=7)
    QrCode.objects.filter(pk=old.pk).update(uses=7)
    new = replace_qr(actor_id=shop.owner.pk, code_id=old.pk)
    assert replace_qr(actor_id=shop.owner.pk, code_id=old.pk) == new
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state, new.replaces_id) == ("retired", "active", old.pk)
    same = ("branch_id", "till_id", "category", "label", "reference", "cashier_id", "most_uses")
    assert [getattr(new, name) for name in same] == [getattr(old, name) for name in same]
    assert new.uses == 0
    assert QrCode.objects.count() == 2


def test_an_end_that_has_passed_is_not_taken_over() -> None:
    shop = make_shop()
    past, later = database_now() - timedelta(hours=1), database_now() + timedelta(hours=1)
    for end, kept in ((past, None), (later, later)):
        old = make_static_code(shop, expires_at=end)
        assert replace_qr(actor_id=shop.owner.pk, code_id=old.pk).expires_at == kept


@pytest.mark.parametrize("who", ["cashier", "stranger"])
def test_only_those_who_manage_codes_replace_them(who: str) -> None:
    shop = make_shop()
    person = shop.cashier if who == "cashier" else make_shop().owner
    code = _static(shop)
    with pytest.raises(Refused) as no:
        replace_qr(actor_id=person.pk, code_id=code.pk)
    assert no.value.code == "not_found"
    with pytest.raises(Refused):
        replace_qr(actor_id=shop.owner.pk, code_id=make_one_time_code(shop).pk)
    code.refresh_from_db()
    assert code.state == "active"


def test_a_code_that_ends_and_its_replacement(client_of: SignIn) -> None:
    shop = make_shop()
    client = client_of(shop.owner)
    said = {
        "key": "k", "category": "standard", "till": str(shop.till.pk), "cashier": str(shop.cashier.pk),
        "reference": "Summer fair", "last_day": "2099-07-31", "most_uses": "100",
    }  # fmt: skip
    client.post(reverse("merchants:add_code", args=[shop.branch.pk]), said)
    code = QrCode.objects.get()
    # The end of the day by the clock of Berlin, in summer.
    assert code.expires_at == datetime(2099, 7, 31, 22, tzinfo=UTC)
    shown = page(client, "code", code.pk)
    for words in ("Summer fair", "31 Jul 2099", "0 of 100", shop.cashier.email):
        assert words in shown
    assert "Replace “" in page(client, "replace", code.pk)
    answer = client.post(reverse("merchants:replace", args=[code.pk]))
    new = QrCode.objects.get(replaces=code)
    assert answer.headers["Location"] == reverse("merchants:code", args=[new.pk])
    assert reverse("merchants:code", args=[new.pk]) in page(client, "code", code.pk)
    assert reverse("merchants:code", args=[code.pk]) in page(client, "code", new.pk)


def test_an_end_in_the_past_comes_back_in_the_form(client_of: SignIn) -> None:
    shop = make_shop()
    said = {"key": "k", "category": "standard", "last_day": "2020-07-31"}
    answer = client_of(shop.owner).post(reverse("merchants:add_code", args=[shop.branch.pk]), said)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "The end of the code lies in the past" in text
    assert "<details open>" in text
    assert not QrCode.objects.exists()
