"""What is promised: not spent meanwhile, ended once, and never more than there is."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from base.core.errors import Refused
from tests.factories import make_person
from tests.wallets.ledger import CASH, NOW, assert_refused, draft, funded, ids, raw_post, row
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Capture
from wallets.flows.hold import hold
from wallets.flows.post import post, post_one
from wallets.flows.release import release
from wallets.models import Hold

pytestmark = pytest.mark.django_db


def held_for(account: AccountName, amount_minor: int) -> uuid.UUID:
    """A payment that holds money, by its id."""
    payment = uuid.uuid4()
    hold(account=account, amount_minor=amount_minor, payment_id=payment)
    return payment


def test_a_payment_holds_money_once_for_ever() -> None:
    account = funded(1000)
    held = held_for(account, 400)
    for _ in ("open", "ended"):
        with pytest.raises(IntegrityError), transaction.atomic():
            hold(account=account, amount_minor=400, payment_id=held)
        release(payments=[held])
    assert row(account).held_minor == 0


def test_held_money_is_not_spent() -> None:
    account = funded(1000)
    hold(account=account, amount_minor=600, payment_id=uuid.uuid4())
    with pytest.raises(Refused, match="balance_too_low"):
        post_one(journal=draft((account, -401), (CASH, 401)))
    with pytest.raises(Refused) as no:
        hold(account=account, amount_minor=401, payment_id=uuid.uuid4())
    assert no.value.facts == {"missing_minor": 1}
    hold(account=account, amount_minor=400, payment_id=uuid.uuid4())
    assert row(account).held_minor == 1000


def test_a_capture_ends_the_hold_once_and_frees_the_rest() -> None:
    account = funded(1000)
    held = held_for(account, 600)
    post(journals=[draft((account, -450), (CASH, 450), capture=Capture(held, 450))])
    assert (row(account).balance_minor, row(account).held_minor) == (550, 0)
    ended = Hold.objects.get(pk=held)
    assert (ended.state, ended.captured_minor) == ("captured", 450)
    again = draft((account, -1), (CASH, 1), capture=Capture(held, 1))
    with pytest.raises(Refused, match="hold_not_open"):
        post(journals=[again])
    with assert_refused("QT002"):
        raw_post(again.id, [(ids(account)[0], -1), (ids(CASH)[0], 1)], capture=again.capture)


def test_a_capture_takes_just_what_its_entries_take() -> None:
    account = funded(1000)
    held = held_for(account, 600)
    with pytest.raises(Refused, match="capture_mismatch"):
        post(journals=[draft((account, -600), (CASH, 600), capture=Capture(held, 599))])


def test_a_capture_takes_no_more_than_was_held() -> None:
    account = funded(1000)
    held = held_for(account, 600)
    more = draft((account, -601), (CASH, 601), capture=Capture(held, 601))
    with pytest.raises(Refused, match="hold_exceeded"):
        post(journals=[more])
    with assert_refused("QT005"):
        raw_post(more.id, [(ids(account)[0], -601), (ids(CASH)[0], 601)], capture=more.capture)
    assert (row(account).balance_minor, row(account).held_minor) == (1000, 600)


def test_one_hold_is_not_captured_by_two_journals_of_a_batch() -> None:
    account = funded(1000)
    held = held_for(account, 600)
    half = Capture(held, 300)
    with pytest.raises(Refused, match="hold_not_open"):
        post(journals=[draft((account, -300), (CASH, 300), capture=half) for _ in range(2)])
    assert (row(account).balance_minor, row(account).held_minor) == (1000, 600)


def test_a_capture_must_touch_the_account_it_was_held_on() -> None:
    account, other = funded(1000), funded(1000)
    held = held_for(account, 600)
    with pytest.raises(Refused, match="capture_mismatch"):
        post(journals=[draft((other, -600), (CASH, 600), capture=Capture(held, 600))])


def test_release_gives_held_money_back_once() -> None:
    account = funded(1000)
    held = held_for(account, 600)
    assert release(payments=[held]) == 1
    assert release(payments=[held]) == 0
    assert row(account).held_minor == 0


def test_a_replayed_capture_does_not_ask_for_the_hold_again() -> None:
    account = funded(1000)
    held = held_for(account, 600)
    capture, reference = Capture(held, 600), f"sale:{held}"
    post(journals=[draft((account, -600), (CASH, 600), capture=capture, reference=reference)])
    again = post(journals=[draft((account, -600), (CASH, 600), capture=capture, reference=reference)])
    assert again[reference].replayed
    assert row(account).balance_minor == 400


def test_a_frozen_wallet_promises_nothing() -> None:
    person = make_person(funds={"EUR": 1000})
    wallet = person.wallet
    type(wallet).objects.filter(pk=wallet.pk).update(frozen_at=NOW)
    payment = uuid.uuid4()
    with pytest.raises(Refused, match="wallet_frozen"):
        hold(
            account=chart.customer(wallet.pk, "EUR"),
            amount_minor=1,
            payment_id=payment,
        )
    assert row(chart.customer(wallet.pk, "EUR")).held_minor == 0
    assert not Hold.objects.filter(pk=payment).exists()
