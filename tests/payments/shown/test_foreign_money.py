"""Who has no money of the shop's shows a code: the rate is seen on the phone before anything is taken."""

import pytest

from payments.models import Payment
from payments.queries.shown import Outcome
from tests.factories import Shop, make_one_time_code, settle_all
from tests.payments.foreign.stage import findings, journal_of, wang, yuan
from tests.payments.shown.acts import charge, outcome, show, taken
from tests.payments.web.phone import Phone
from wallets.models import Account, Hold, Journal

pytestmark = pytest.mark.django_db
BLANK = "\N{NO-BREAK SPACE}"


def test_a_small_amount_waits_for_the_yes_to_its_rate_and_is_paid_then(shop: Shop) -> None:
    """Within what goes without a PIN in the shop's money: a rate that nobody saw is no yes."""
    yuan()
    payer = wang()
    code_id = charge(shop, make_one_time_code(shop, 1190), show(payer).link)
    assert outcome(code_id) == Outcome.WAITING
    assert (Payment.objects.count(), Hold.objects.count()) == (0, 0)
    session_id, phone = taken(code_id).session_id, Phone(payer)
    assert session_id is not None
    page = phone.look(session_id)
    assert f"From your CNY wallet: about 92.70{BLANK}CNY" in page and 'name="pin"' not in page
    phone.client.post(f"/pay/{session_id}/wallet", {"currency": "CNY"})
    phone.confirm(session_id, phone.token(session_id))
    assert outcome(code_id) == Outcome.PAID
    assert settle_all() == 1
    payment = Payment.objects.get()
    entries = journal_of(f"sale:{payment.pk}")
    assert entries[f"customer:{payer.wallet.pk}:CNY"] == -9270
    assert (payment.total_minor, payment.currency) == (1190, "EUR")
    assert findings() == []


def test_without_a_rate_it_says_so_and_books_nothing(shop: Shop) -> None:
    payer = wang()
    journals = Journal.objects.count()
    code_id = charge(shop, make_one_time_code(shop, 1190), show(payer).link)
    assert outcome(code_id) == Outcome.WAITING
    session_id = taken(code_id).session_id
    assert session_id is not None
    page = Phone(payer).look(session_id)
    assert "There is no rate of exchange for CNY here. Nothing was paid." in page
    assert f"<strong>11.90{BLANK}EUR</strong> is missing" in page and "From your CNY wallet" not in page
    assert 'name="pin"' not in page
    assert (Payment.objects.count(), Hold.objects.count(), Journal.objects.count()) == (0, 0, journals)
    account = Account.objects.get(code=f"customer:{payer.wallet.pk}:CNY")
    assert (account.balance_minor, account.held_minor) == (50_000, 0)
