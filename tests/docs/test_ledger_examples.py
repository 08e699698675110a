"""docs/LEDGER.md is executed: each of its journals is posted, and real flows write those of today."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import pytest
from django.db import transaction

from base.core.errors import Refused
from base.ids import database_now, new_id
from payments.flows.refund import refund
from payments.models import Payment
from people.models import User
from tests.docs.reading import Example, Line, examples, page, rows, section
from tests.factories import Shop, make_person, make_rate, make_shop, make_static_code, pay, settle_all
from tests.payments.foreign.stage import pay_abroad
from tests.wallets.orders import RETURNED_IBAN, reverses, sends, withdraws
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Draft, Leg
from wallets.flows.move_withdrawals import move_withdrawals
from wallets.flows.open_account import open_wallet
from wallets.flows.post import post_one
from wallets.flows.top_up import top_up
from wallets.models import Account, Entry

PAGE = page("docs/LEDGER.md")
EXAMPLES = examples(PAGE)
TODAY = examples(section(PAGE, "Journals of today"))
WALLETS = examples(section(PAGE, "Journals of wallets"))
FOREIGN = examples(section(PAGE, "Journals of foreign wallets"))
NAMES = {name: uuid5(chart.PLATFORM, name) for name in ("w1", "w2", "w3", "m1", "m2")}
SPOKEN = {known: name for name, known in NAMES.items()}
every_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda one: str(one.number))


def account(code: str) -> AccountName:
    """The chart's account for a code of the page, with ids in place of w1, m1 …"""
    match code.split(":"):
        case ["customer", wallet, currency]:
            return chart.customer(NAMES[wallet], currency)
        case ["merchant", merchant, currency, "tax", place, tax, rate]:
            return chart.tax(NAMES[merchant], currency, place, tax, rate)
        case ["merchant", merchant, currency, kind, *place]:
            found: AccountName = getattr(chart, kind)(NAMES[merchant], currency, *place)
        case ["platform", currency, "fees" | "fx" as kind, merchant]:
            found = getattr(chart, kind)(NAMES[merchant], currency)
        case ["platform", currency, kind, *rest]:
            found = getattr(chart, kind)(currency, *rest)
        case _:
            raise AssertionError(f"{code}: no account has this shape")
    return found


def spoken(code: str, names: Mapping[UUID, str]) -> str:
    """A stored code as the page writes it."""
    for known, name in names.items():
        code = code.replace(str(known), name)
    return code


def written(reference: str, names: Mapping[UUID, str]) -> tuple[Line, ...]:
    """What stands in the ledger under a reference, line by line, as the page writes it."""
    entries = Entry.objects.filter(journal__reference=reference).select_related("account").order_by("line")
    return tuple(
        Line(spoken(entry.account.code, names), entry.amount_minor, entry.balance_after_minor)
        for entry in entries
    )


def post_example(example: Example) -> str:
    """Post one journal of the page as it stands there; returns its reference."""
    legs = tuple(Leg(account(line.account), line.amount_minor) for line in example.lines)
    draft = Draft(
        id=new_id(),
        reference=f"example:{UUID(int=example.number)}",
        kind="example",
        happened_at=database_now(),
        shard_key=legs[0].account.shard_key,
        legs=legs,
    )
    with transaction.atomic():
        post_one(journal=draft)
    return draft.reference


def way_to(example: Example) -> list[Example]:
    """The journals that lead to this one, and itself, oldest first."""
    way = [example]
    while way[0].follows:
        before = EXAMPLES[way[0].follows]
        assert before.number < way[0].number, "a journal follows an earlier one"
        way.insert(0, before)
    return way


def test_the_page_has_its_journals() -> None:
    assert list(EXAMPLES) == list(range(1, 27))
    assert list(TODAY) == [1, 2, 3, 4, 5]
    assert list(WALLETS) == [19, 20, 21, 22, 23]
    assert list(FOREIGN) == [24]


@pytest.mark.django_db
@every_example
def test_the_ledger_takes_each_journal_and_leaves_these_balances(example: Example) -> None:
    references = [post_example(one) for one in way_to(example)]

    assert written(references[-1], SPOKEN) == example.lines
    for line in example.lines:
        stored = Account.objects.get(code=account(line.account).code)
        assert (stored.balance_minor, stored.held_minor) == (line.balance_minor, 0)


@pytest.mark.django_db
def test_a_journal_that_follows_nothing_cannot_pay_out() -> None:
    """The control: without the journals before it the ledger refuses example 9."""
    with pytest.raises(Refused) as no:
        post_example(EXAMPLES[9])

    assert no.value.code == "balance_too_low"


@pytest.mark.django_db
def test_a_cent_more_in_one_line_is_not_a_journal() -> None:
    """The control: an example that does not balance cannot even be drafted."""
    first, *others = EXAMPLES[2].lines
    wrong = Example(2, "", 1, (Line(first.account, first.amount_minor - 1, 0), *others))
    post_example(EXAMPLES[1])

    with pytest.raises(Refused, match="journal_unbalanced"):
        post_example(wrong)


def test_the_chart_on_the_page_is_the_chart_in_the_code() -> None:
    told = {code: guarded for code, guarded, _ in rows(section(PAGE, "Chart of accounts"))}
    built = {}
    for name, build in inspect.getmembers(chart, inspect.isfunction):
        if not name.startswith("_") and build.__module__ == chart.__name__:
            made = build(**{given: f"<{given}>" for given in inspect.signature(build).parameters})
            built[made.code] = "yes" if made.guarded else "no"

    assert told == built


@dataclass(frozen=True)
class Counter:
    """A shop, somebody at its counter, and how the page calls their ids."""

    shop: Shop
    person: User
    names: dict[UUID, str]

    def top_up(self) -> str:
        row = top_up(person_id=self.person.pk, currency="EUR", amount_minor=10_000, key="page")
        return f"top_up:{row.pk}"

    def sell(self) -> Payment:
        payment = pay(make_static_code(self.shop), self.person, 1190, tip_minor=100)
        assert settle_all() == 1
        return payment

    def refund(self, payment: Payment, amount_minor: int | None) -> str:
        """The journal's reference."""
        key = f"page {amount_minor}"
        row = refund(actor=self.shop.owner, payment_id=payment.pk, key=key, amount_minor=amount_minor)
        return f"refund:{row.pk}"

    def wrote(self, reference: str) -> tuple[Line, ...]:
        """The page writes `sepa` for the rail; today's only one is the sandbox."""
        lines = written(reference, self.names)
        return tuple(replace(line, account=line.account.replace(":sandbox", ":sepa")) for line in lines)


@pytest.fixture
def counter(db: None) -> Counter:
    person, shop = make_person(), make_shop()
    return Counter(shop, person, {open_wallet(person_id=person.pk).pk: "w1", shop.merchant.pk: "m1"})


def test_the_flows_write_the_journals_of_today(counter: Counter) -> None:
    """Top-up, sale with tax, tip and fee, half back, the other half back with the fee."""
    assert counter.wrote(counter.top_up()) == TODAY[1].lines
    payment = counter.sell()
    assert counter.wrote(f"sale:{payment.pk}") == TODAY[2].lines
    assert counter.wrote(counter.refund(payment, 645)) == TODAY[3].lines
    assert counter.wrote(counter.refund(payment, None)) == TODAY[4].lines


def test_the_flows_write_a_whole_refund_as_the_page_says(counter: Counter) -> None:
    counter.top_up()

    assert counter.wrote(counter.refund(counter.sell(), None)) == TODAY[5].lines


def test_the_flows_write_the_journals_of_a_foreign_wallet(db: None) -> None:
    """Yuan come in, pay a sale in euro, and half goes back on a day of another rate."""
    person, shop = make_person(), make_shop()
    names = {open_wallet(person_id=person.pk).pk: "w2", shop.merchant.pk: "m1"}
    make_rate("CNY", "7.7900")
    row = top_up(person_id=person.pk, currency="CNY", amount_minor=50_000, key="page")
    assert written(f"top_up:{row.pk}", names) == EXAMPLES[7].lines
    payment = pay_abroad(make_static_code(shop), person, typed_minor=1190)
    settle_all()
    assert written(f"sale:{payment.pk}", names) == EXAMPLES[8].lines
    make_rate("CNY", "7.6000", days_old=-1)
    back = refund(actor=shop.owner, payment_id=payment.pk, key="page", amount_minor=595)
    assert written(f"refund:{back.pk}", names) == FOREIGN[24].lines


def test_the_flows_write_the_journals_of_wallets(counter: Counter) -> None:
    """A send and its reversal; a withdrawal that is paid, and one that comes back."""
    friend, operator = make_person(name="Ben"), make_person(is_staff=True)
    person, names = counter.person, counter.names
    names[open_wallet(person_id=friend.pk).pk] = "w3"
    counter.top_up()
    sent = sends(person, friend, 2_000)
    assert counter.wrote(f"send:{sent.pk}") == WALLETS[19].lines
    reverses(operator, f"send:{sent.pk}")
    assert counter.wrote(f"reversal:{sent.journal}") == WALLETS[20].lines

    back = withdraws(person, 2_000, iban=RETURNED_IBAN)
    assert counter.wrote(f"withdrawal:{back.pk}") == WALLETS[21].lines
    move_withdrawals()
    assert counter.wrote(f"withdrawal_returned:{back.pk}") == WALLETS[23].lines
    paid = withdraws(person, 2_000)
    move_withdrawals()
    assert counter.wrote(f"withdrawal_paid:{paid.pk}") == WALLETS[22].lines
