"""No receipt key that has signed is taken away quietly: the check of the start refuses, and says which."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from payments.core.signature import ReceiptKey, lost_keys
from payments.flows import remember_keys as module
from payments.flows.remember_keys import remember_keys
from payments.models import UsedReceiptKey
from payments.queries.signatures import public_keys
from tests.factories import make_one_time_code, pay, settle_all
from tests.payments.till.shop_floor import Floor

pytestmark = pytest.mark.django_db
OLD, NEW = (1, b"\x33" * 32, None), (2, b"\x44" * 32, date(2027, 1, 1))


def check() -> None:
    call_command("check", databases=["default"])


def refused() -> str:
    with pytest.raises(SystemCheckError) as no:
        check()
    return str(no.value)


@pytest.fixture
def sold(floor: Floor) -> None:
    pay(make_one_time_code(floor.shop, 1190), floor.people["customer"])
    settle_all()


@pytest.mark.parametrize(
    ("keys", "lost"),
    [
        ([OLD], []),
        ([NEW, OLD], []),
        ([NEW], [1]),
        ([(1, NEW[1], None)], [1]),
        ([(1, OLD[1], date(2026, 1, 1)), (0, NEW[1], None)], [1]),
        ([(3, OLD[1], None)], [1]),
    ],
)
def test_a_key_is_there_only_as_it_was(keys: list[Any], lost: list[int]) -> None:
    assert lost_keys([(1, ReceiptKey(*OLD).public, None)], [ReceiptKey(*key) for key in keys]) == lost


@pytest.mark.usefixtures("sold")
def test_a_key_that_has_signed_may_not_go(settings: Any) -> None:
    assert remember_keys() == 1
    assert remember_keys() == 0
    check()
    settings.RECEIPT_KEYS = ((2, NEW[1], None),)
    assert "RECEIPT_KEYS lacks receipt key 1" in refused()
    # What is wrong is not learned: put back, all is well.
    assert remember_keys() == 0
    assert [key["kid"] for key in public_keys()["keys"]] == ["2"]
    settings.RECEIPT_KEYS = (NEW, OLD)
    check()
    assert [key["kid"] for key in public_keys()["keys"]] == ["2", "1"]
    assert list(UsedReceiptKey.objects.values_list("key_id", flat=True)) == [1]


@pytest.mark.usefixtures("sold")
def test_a_new_key_is_remembered_from_its_day_on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RECEIPT_KEYS = (NEW, OLD)
    for day, new in ((datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 1), (datetime(2027, 1, 1, tzinfo=UTC), 1)):
        monkeypatch.setattr(module, "database_now", lambda day=day: day)
        assert remember_keys() == new
    settings.RECEIPT_KEYS = (OLD,)
    assert "receipt key 2" in refused()
    settings.RECEIPT_KEYS = ((2, NEW[1], date(2027, 2, 1)), OLD)
    assert "receipt key 2" in refused()


def test_before_the_first_receipt_keys_come_and_go(settings: Any) -> None:
    assert remember_keys() == 0
    settings.RECEIPT_KEYS = ((2, NEW[1], None),)
    check()
