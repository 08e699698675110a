"""Withdrawals: booked with the order, handed to the rail after it, paid or returned once; safe to kill."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from base.core.errors import Refused
from people.models import User
from tests.factories import balance, make_one_time_code, make_person, make_shop, pay
from tests.wallets.orders import PAID_IBAN, RETURNED_IBAN, withdraws
from wallets.core.bank_account import masked, read_iban, spaced
from wallets.flows.end_withdrawal import end_withdrawal
from wallets.flows.freeze_wallet import freeze_wallet
from wallets.flows.move_withdrawals import move_withdrawals
from wallets.flows.send_withdrawal import send_withdrawal
from wallets.models import Journal, Spending, Wallet, Withdrawal
from wallets.queries import withdrawals_of
from wallets.rails import RAILS
from wallets.rails.base import Collected, Outcome, RailDown
from wallets.tasks import expire_asks
from wallets.tasks import move_withdrawals as task

pytestmark = pytest.mark.django_db


class Bank:
    """A rail that keeps what it was asked, and says what a test wants it to say."""

    test_money = True

    def __init__(self) -> None:
        self.sent: dict[str, tuple[str, int]] = {}
        self.asked = 0
        self.says = Outcome.WAITING
        self.down: set[str] = set()

    def collect(self, *, order: str, amount_minor: int, currency: str) -> Collected:
        return Collected(order, amount_minor, currency)

    def send(self, *, order: str, amount_minor: int, currency: str, account: str, name: str) -> str:
        self.asked += 1
        if order in self.down:
            raise RailDown("no line")
        self.sent[order] = (account, amount_minor)
        return f"bank-{order}"

    def outcome(self, *, order: str, reference: str) -> Outcome:
        assert reference == f"bank-{order}"
        return self.says


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    bank = Bank()
    monkeypatch.setitem(RAILS, "sandbox", bank)
    return bank


@pytest.fixture
def ann() -> User:
    return make_person(name="Ann", funds={"EUR": 10_000})


def own(person: User) -> int:
    return balance(f"customer:{person.wallet.pk}:EUR")


def money() -> tuple[int, int]:
    """What is on its way out, and what is at the bank."""
    return balance("platform:EUR:transit:sandbox"), balance("platform:EUR:cash:sandbox")


def again(row: Withdrawal) -> Withdrawal:
    return Withdrawal.objects.get(pk=row.pk)


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        act()
    assert no.value.message
    return no.value.code


def test_ordered_sent_paid(ann: User, bank: Bank) -> None:
    row = withdraws(ann, 2_000, iban="de62 3704 0044 0532 0130 01")
    assert (row.state, row.iban, row.account_shown) == ("ordered", PAID_IBAN, "DE62 •••• 3001")
    assert (own(ann), money()) == (8_000, (2_000, -10_000))
    assert bank.sent == {}

    assert move_withdrawals() == 0
    assert again(row).state == "sent"
    assert bank.sent == {str(row.pk): (PAID_IBAN, 2_000)}
    assert money() == (2_000, -10_000)

    bank.says = Outcome.PAID
    assert task() == 1
    row = again(row)
    assert (row.state, row.iban, row.account_shown) == ("paid", "", "DE62 •••• 3001")
    assert (own(ann), money()) == (8_000, (0, -8_000))
    assert move_withdrawals() == 0
    assert bank.asked == 1


def test_returned_is_back_in_the_wallet_however_full_it_is(ann: User, bank: Bank) -> None:
    bank.says = Outcome.RETURNED
    row = withdraws(ann, 2_000)
    Wallet.objects.filter(pk=ann.wallet.pk).update(tier="basic")
    freeze_wallet(actor_id=ann.pk, wallet_id=ann.wallet.pk, on=True, reason="Test")
    assert move_withdrawals() == 1
    assert (own(ann), money(), again(row).state) == (10_000, (0, -10_000), "returned")
    assert Spending.objects.get().spent_minor == 2_000


def test_the_sandbox_pays_and_returns(ann: User) -> None:
    rows = [withdraws(ann, 1_000, iban=iban) for iban in (PAID_IBAN, RETURNED_IBAN)]
    assert move_withdrawals() == 2
    assert [again(row).state for row in rows] == ["paid", "returned"]
    assert own(ann) == 9_000


def test_one_key_is_one_withdrawal(ann: User) -> None:
    assert withdraws(ann, key="k").pk == withdraws(ann, key="k").pk
    assert (own(ann), Withdrawal.objects.count()) == (9_000, 1)
    assert code_of(lambda: withdraws(ann, iban=RETURNED_IBAN, key="k")) == "key_reused"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"amount_minor": 0}, "amount_invalid"),
        ({"amount_minor": 10_001}, "balance_too_low"),
        ({"currency": "XXX"}, "currency_unknown"),
        ({"currency": "VND"}, "balance_too_low"),
        ({"iban": "DE89370400440532013001"}, "iban_invalid"),
        ({"iban": ""}, "iban_invalid"),
        ({"iban": "12345678"}, "iban_invalid"),
        ({"pin": "111112"}, "pin_wrong"),
        ({"pin": "1"}, "pin_malformed"),
        ({"rail": "sepa"}, "rail_unknown"),
    ],
)
def test_what_is_refused_moves_nothing(ann: User, said: dict[str, Any], code: str) -> None:
    assert code_of(lambda: withdraws(ann, **said)) == code
    assert (own(ann), Withdrawal.objects.count(), Spending.objects.count()) == (10_000, 0, 0)


def test_test_money_is_withdrawn_in_a_demo_only(ann: User) -> None:
    with override_settings(DEMO=False):
        assert code_of(lambda: withdraws(ann)) == "rail_unknown"


def test_a_frozen_wallet_withdraws_nothing(ann: User) -> None:
    freeze_wallet(actor_id=ann.pk, wallet_id=ann.wallet.pk, on=True, reason="Test")
    assert code_of(lambda: withdraws(ann)) == "wallet_frozen"
    assert own(ann) == 10_000


def test_what_is_held_cannot_be_withdrawn(ann: User) -> None:
    pay(make_one_time_code(make_shop(), 4_000), ann)
    assert code_of(lambda: withdraws(ann, 6_001)) == "balance_too_low"
    withdraws(ann, 6_000)
    assert own(ann) == 4_000


def test_limits_hold_for_withdrawals(ann: User) -> None:
    Wallet.objects.filter(pk=ann.wallet.pk).update(tier="basic")
    assert code_of(lambda: withdraws(ann, 5_001)) == "over_limit"
    withdraws(ann, 5_000)
    assert own(ann) == 5_000


def test_a_rail_that_is_down_keeps_the_order_and_lets_others_pass(ann: User, bank: Bank) -> None:
    first, second = withdraws(ann), withdraws(ann)
    bank.down, bank.says = {str(first.pk)}, Outcome.PAID
    assert move_withdrawals() == 1
    assert (again(first).state, again(second).state) == ("ordered", "paid")
    third = withdraws(ann)
    assert move_withdrawals(limit=1) == 1
    assert (again(first).tries, again(third).state) == (1, "paid")
    bank.down = set()
    assert move_withdrawals() == 1
    assert (again(first).state, own(ann)) == ("paid", 7_000)


class Killed(BaseException):
    """The process ends here, whatever the code would have done next."""


def test_killed_after_the_bank_took_it_the_next_scan_sends_nothing_more(
    ann: User, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = withdraws(ann, 2_000)
    send = bank.send

    def killed(**said: Any) -> str:
        send(**said)
        raise Killed

    monkeypatch.setattr(bank, "send", killed)
    with pytest.raises(Killed):
        move_withdrawals()
    assert (again(row).state, list(bank.sent)) == ("ordered", [str(row.pk)])
    monkeypatch.setattr(bank, "send", send)
    bank.says = Outcome.PAID
    assert move_withdrawals() == 1
    assert (bank.sent, money()) == ({str(row.pk): (PAID_IBAN, 2_000)}, (0, -8_000))


def test_killed_between_journal_and_state_neither_stands(
    ann: User, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = withdraws(ann, 2_000)
    bank.says = Outcome.PAID

    def killed(**said: Any) -> None:
        raise Killed

    monkeypatch.setattr("wallets.flows.end_withdrawal.Now", killed)
    with pytest.raises(Killed):
        move_withdrawals()
    assert (again(row).state, money()) == ("sent", (2_000, -10_000))
    monkeypatch.undo()
    monkeypatch.setitem(RAILS, "sandbox", bank)
    assert move_withdrawals() == 1
    assert money() == (0, -8_000)


def test_a_sent_order_is_not_sent_again_and_an_ended_one_does_not_end_again(ann: User, bank: Bank) -> None:
    row = withdraws(ann)
    assert not end_withdrawal(withdrawal_id=row.pk, outcome=Outcome.PAID)
    assert send_withdrawal(withdrawal_id=row.pk)
    assert not send_withdrawal(withdrawal_id=row.pk)
    assert not end_withdrawal(withdrawal_id=row.pk, outcome=Outcome.WAITING)
    assert end_withdrawal(withdrawal_id=row.pk, outcome=Outcome.RETURNED)
    for outcome in (Outcome.RETURNED, Outcome.PAID):
        assert not end_withdrawal(withdrawal_id=row.pk, outcome=outcome)
    assert (own(ann), again(row).state) == (10_000, "returned")
    assert Journal.objects.filter(reference__startswith="withdrawal").count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_rail_is_never_asked_inside_a_transaction(ann: User, bank: Bank) -> None:
    row = withdraws(ann)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send_withdrawal(withdrawal_id=row.pk)
    assert bank.asked == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "sent"},
        {"state": "paid", "iban": ""},
        {"iban": ""},
        {"state": "returned", "rail_reference": "x", "end_journal": UUID(int=1)},
        {"state": "lost"},
    ],
)
def test_the_database_knows_the_states(ann: User, fields: dict[str, Any]) -> None:
    row = withdraws(ann)
    with pytest.raises(IntegrityError, match="withdrawal_state_whole"), transaction.atomic():
        Withdrawal.objects.filter(pk=row.pk).update(**fields)


def test_each_sees_their_own(ann: User, django_assert_num_queries: Callable[..., Any]) -> None:
    rows = [withdraws(ann).pk for _ in range(3)]
    with django_assert_num_queries(1):
        assert [row.pk for row in withdrawals_of(ann.pk)] == rows[::-1]
    assert withdrawals_of(make_person().pk) == []


def test_nothing_to_do_is_nothing() -> None:
    assert (task(), expire_asks()) == (0, 0)


@pytest.mark.parametrize(
    ("text", "iban"),
    [
        ("de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        ("GB29-NWBK-6016-1331-9268-19", "GB29NWBK60161331926819"),
    ],
)
def test_an_iban_is_read_as_it_is_typed(text: str, iban: str) -> None:
    assert read_iban(text) == iban
    assert spaced(iban).replace(" ", "") == iban and max(map(len, spaced(iban).split())) == 4
    assert masked(iban) == f"{iban[:4]} •••• {iban[-4:]}"
    assert len(masked(iban)) <= 20


@pytest.mark.parametrize("at", range(4, 22))
def test_a_wrong_digit_is_found(at: int) -> None:
    wrong = PAID_IBAN[:at] + str((int(PAID_IBAN[at]) + 1) % 10) + PAID_IBAN[at + 1 :]
    with pytest.raises(Refused, match="iban_invalid"):
        read_iban(wrong)
