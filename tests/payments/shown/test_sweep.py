"""What nobody will ask about is deleted; what says how a payment was agreed to stays."""

from datetime import timedelta

import pytest
from django.db.models import F

from payments.models import Payment, Showing, ShownCode, TypedTry
from payments.tasks import sweep_shown
from people.models import User
from tests.factories import Shop, make_one_time_code, make_person
from tests.payments.shown.acts import again, charge, no, show, showing_of

pytestmark = pytest.mark.django_db
OLD = timedelta(days=1, minutes=10)


def age() -> None:
    ShownCode.objects.update(created_at=F("created_at") - OLD, expires_at=F("expires_at") - OLD)
    Showing.objects.update(ends_at=F("ends_at") - OLD)


def test_a_day_later_only_what_was_taken_is_left(shop: Shop, ann: User) -> None:
    charge(shop, make_one_time_code(shop, 100), show(ann).link)
    again(ann, showing_of(ann))
    show(make_person())
    with no("code_unknown"):
        charge(shop, make_one_time_code(shop, 100), "000000000000")
    assert sweep_shown() == 0
    assert (ShownCode.objects.count(), Showing.objects.count(), TypedTry.objects.count()) == (3, 2, 1)
    age()
    assert sweep_shown() == 2
    kept = ShownCode.objects.get()
    assert (kept.state, kept.showing_id) == ("asked", Payment.objects.get().showing_id)
    assert Showing.objects.get().pk == kept.showing_id


def test_an_old_showing_that_was_never_closed_gives_way(ann: User) -> None:
    show(ann)
    age()
    sweep_shown()
    assert not Showing.objects.exists()
    assert show(ann).seconds == 60
