"""A shift from its open to its close: who may do what, once, and what is refused."""

from typing import Any

import pytest

from base.core.errors import Refused
from base.models import AuditLine
from payments.core.receipt import digest
from payments.flows.close_shift import close_shift
from payments.flows.hand_over import hand_over
from payments.flows.move_cash import move_cash
from payments.flows.open_shift import open_shift
from payments.models import CashMove, HandOver, Shift
from tests.factories import Shop, make_member, make_shop
from tests.payments.shifts.stage import begin, cash, end, said, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def test_two_taps_open_one_shift(shop: Shop) -> None:
    wish: dict[str, Any] = {
        "actor": shop.cashier,
        "till_id": shop.till.pk,
        "float_minor": 10_000,
        "key": "one",
    }
    first, second = open_shift(**wish), open_shift(**wish)
    assert first == second == Shift.objects.get()
    assert (first.holder, first.opened_by, first.currency) == (shop.cashier, shop.cashier, "EUR")
    assert first.float_minor == 10_000
    with pytest.raises(Refused, match="other request") as no:
        open_shift(**wish | {"float_minor": 5})
    assert no.value.code == "key_reused"


def test_a_second_shift_waits_for_the_first_to_be_closed(shop: Shop) -> None:
    first = begin(shop)
    with pytest.raises(Refused) as no:
        begin(shop, actor=shop.owner)
    assert (no.value.code, no.value.status) == ("shift_open", 409)
    end(shop, first)
    assert begin(shop, actor=shop.owner).holder == shop.owner


def test_who_takes_over_holds_the_shift(shop: Shop) -> None:
    shift, noah = begin(shop, float_minor=500), make_member(shop, "cashier")
    wish: dict[str, Any] = {
        "actor": noah,
        "till_id": shop.till.pk,
        "shift_id": shift.pk,
        "counted_minor": 480,
        "key": "t",
    }
    assert hand_over(**wish) == hand_over(**wish) == HandOver.objects.get()
    shift.refresh_from_db()
    assert shift.holder == noah
    with pytest.raises(Refused) as no:
        take(shop, shift, noah)
    assert no.value.code == "shift_held"
    take(shop, shift, shop.cashier)
    end(shop, shift)
    assert [(each["from"], each["to"], each["counted_minor"]) for each in said(shift)["hand_overs"]] == [
        (str(shop.cashier.pk), str(noah.pk), 480),
        (str(noah.pk), str(shop.cashier.pk), None),
    ]


def test_cash_in_and_out_changes_what_should_be_there(shop: Shop) -> None:
    shift = begin(shop, float_minor=10_000)
    cash(shop, shift, "paid_in", 2_000, "change from the bank")
    cash(shop, shift, "paid_out", 350, "milk")
    with pytest.raises(Refused) as no:
        cash(shop, shift, "paid_out", 11_651)
    assert no.value.code == "cash_too_low"
    assert "116.50" in no.value.message
    closed = end(shop, shift, counted_minor=11_600, reason="50 cents on the floor")
    assert (closed.expected_minor, closed.counted_minor) == (11_650, 11_600)
    drawer = said(shift)["cash"]
    assert (drawer["float_minor"], drawer["paid_in_minor"], drawer["paid_out_minor"]) == (10_000, 2_000, 350)
    assert (drawer["expected_minor"], drawer["counted_minor"]) == (11_650, 11_600)
    assert (drawer["difference_minor"], drawer["reason"]) == (-50, "50 cents on the floor")
    assert [(each["kind"], each["reason"]) for each in drawer["moves"]] == [
        ("paid_in", "change from the bank"),
        ("paid_out", "milk"),
    ]


def test_two_taps_move_cash_once(shop: Shop) -> None:
    shift = begin(shop, float_minor=1_000)
    wish: dict[str, Any] = {
        "actor": shop.cashier,
        "till_id": shop.till.pk,
        "shift_id": shift.pk,
        "kind": "paid_out",
    }
    wish |= {"amount_minor": 100, "reason": "milk", "key": "m"}
    assert move_cash(**wish) == move_cash(**wish) == CashMove.objects.get()


def test_a_difference_needs_a_reason(shop: Shop) -> None:
    shift = begin(shop, float_minor=1_000)
    with pytest.raises(Refused) as no:
        end(shop, shift, counted_minor=999)
    assert (no.value.code, no.value.status) == ("reason_missing", 400)
    shift.refresh_from_db()
    assert shift.closed_at is None
    assert end(shop, shift, counted_minor=1_000).difference_reason == ""


def test_a_reason_without_a_difference_is_not_kept(shop: Shop) -> None:
    assert end(shop, begin(shop), counted_minor=0, reason="none").difference_reason == ""


def test_two_taps_close_once_and_the_numbers_have_no_gap(shop: Shop) -> None:
    for number in (1, 2, 3):
        shift = begin(shop)
        with pytest.raises(Refused, match="should hold"):
            end(shop, shift, counted_minor=5)
        wish: dict[str, Any] = {
            "actor": shop.cashier,
            "till_id": shop.till.pk,
            "shift_id": shift.pk,
            "counted_minor": 0,
        }
        first, second = close_shift(**wish, key=f"z {number}"), close_shift(**wish, key=f"z {number}")
        assert first == second and first.number == number
        with pytest.raises(Refused) as no:
            close_shift(**wish, key=f"again {number}")
        assert (no.value.code, no.value.status) == ("shift_closed", 409)
    assert [said(shift)["number_before"] for shift in Shift.objects.order_by("number")] == [0, 1, 2]


def test_each_till_has_numbers_of_its_own(shop: Shop) -> None:
    end(shop, begin(shop))
    other = make_shop(trade_name="Other")
    assert end(other, begin(other)).number == 1


def test_the_report_is_kept_as_it_was_hashed(shop: Shop) -> None:
    closed = end(shop, begin(shop))
    closed.refresh_from_db()
    assert closed.report_sha256 is not None
    assert bytes(closed.report_sha256) == digest(closed.report)
    assert said(closed)["closed"]["by"] == str(shop.cashier.pk)


def test_only_the_holder_a_manager_or_an_owner_closes_or_moves_cash(shop: Shop) -> None:
    noah, manager = make_member(shop, "cashier"), make_member(shop, "manager")
    shift = begin(shop, actor=noah, float_minor=500)
    for act in (lambda: end(shop, shift), lambda: cash(shop, shift, "paid_out", 1)):
        with pytest.raises(Refused) as no:
            act()
        assert (no.value.code, no.value.status) == ("shift_not_yours", 403)
    end(shop, shift, actor=manager)
    end(shop, begin(shop, actor=noah), actor=shop.owner)
    end(shop, begin(shop, actor=noah), actor=noah)
    assert Shift.objects.filter(closed_at__isnull=False).count() == 3


@pytest.mark.parametrize("who", ["accountant", "stranger", "gone"])
def test_others_find_no_till(shop: Shop, who: str) -> None:
    actor = make_shop(trade_name="Next door").owner if who == "stranger" else make_member(shop, "accountant")
    shift = begin(shop)
    if who == "gone":
        actor.memberships.update(role="cashier")
        take(shop, shift, actor)
        actor.memberships.update(ended_at="2026-01-01T00:00:00Z")
    for act in (
        lambda: begin(shop, actor=actor),
        lambda: take(shop, shift, actor),
        lambda: end(shop, shift, actor=actor),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert no.value.status == 404
    shift.refresh_from_db()
    assert shift.closed_at is None


def test_a_shift_of_another_till_is_not_found(shop: Shop) -> None:
    second = shop.branch.tills.create(name="Till 2")
    shift = begin(shop)
    with pytest.raises(Refused) as no:
        close_shift(actor=shop.owner, till_id=second.pk, shift_id=shift.pk, counted_minor=0, key="k")
    assert no.value.status == 404


def test_each_step_leaves_a_line(shop: Shop) -> None:
    shift = begin(shop, float_minor=300)
    cash(shop, shift, "paid_out", 100)
    take(shop, shift, shop.owner)
    end(shop, shift, actor=shop.owner)
    lines = AuditLine.objects.filter(subject=shift.pk).order_by("id")
    assert [(line.action, line.actor_id) for line in lines] == [
        ("shift.opened", shop.cashier.pk),
        ("shift.cash_paid_out", shop.cashier.pk),
        ("shift.taken_over", shop.owner.pk),
        ("shift.closed", shop.owner.pk),
    ]
    assert lines[3].detail["number"] == 1
