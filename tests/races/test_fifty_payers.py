"""Fifty people pay the same amount by one printed code at once: nobody has to guess who paid what.

Half of them are given their order by the cashiers of two tills, who go by the two words on the phone; half
type the amount. What the tills are told comes doubled, late and out of order.
"""

import random
from functools import partial
from uuid import UUID

import pytest

from base.models import Event
from merchants.flows.add_till import add_till
from merchants.models import Branch, QrCode
from merchants.queries import token_of
from payments.core.announce import topic
from payments.flows.confirm import confirm
from payments.flows.open_session import open_session
from payments.flows.push_order import push_order
from payments.flows.set_amount import set_amount
from payments.models import Payment, Session
from payments.queries.floor import scans_at
from payments.web.screen_words import screen_words
from people.models import User
from tests.factories import (
    PIN,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    scan,
    yes_to,
)
from tests.races.threads import at_once, patient

pytestmark = pytest.mark.django_db(transaction=True)
PAYERS, AMOUNT = 50, 420


def _words(session: UUID) -> str:
    return screen_words(Branch(country="DE"), order_id=None, session_id=session)


def test_fifty_people_one_code_two_tills(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, dice = make_shop(), random.Random(4)
    bar = add_till(actor_id=shop.owner.pk, branch_id=shop.branch.pk, name="Bar")
    printed = make_static_code(shop, till=False)
    people = [make_person(funds={"EUR": 5_000}) for _ in range(PAYERS)]
    scans = at_once(*(partial(open_session, token=token_of(printed), person_id=ann.pk) for ann in people))
    assert all(isinstance(session, Session) for session in scans)

    # Each cashier sees every scan of the branch's code, and picks one by its words.
    monkeypatch.setattr("payments.queries.floor.MOST", PAYERS)
    by_words = {_words(session.pk): session.pk for session in scans}
    assert len(by_words) == PAYERS, "no two of fifty have the same words"
    orders: dict[UUID, QrCode] = {}
    for number, (words, person) in enumerate(zip(by_words, people, strict=True)):
        if number % 2:
            set_amount(session_id=by_words[words], typed_minor=AMOUNT)
            continue
        till = (shop.till, bar)[number // 2 % 2]
        order = make_one_time_code(shop, AMOUNT, reference=f"Order {number}")
        QrCode.objects.filter(pk=order.pk).update(till=till)
        seen = {
            _words(row.pk): row.pk for row in scans_at(till, at=order.created_at) if row.code_id == printed.pk
        }
        push_order(actor=shop.cashier, till_id=till.pk, code_id=order.pk, to_scan=seen[words])
        orders[person.pk] = order

    paid = at_once(
        *(patient(partial(_pay, session, ann)) for session, ann in zip(scans, people, strict=True))
    )
    assert len({payment.pk for payment in paid}) == PAYERS
    for payment, session, ann in zip(paid, scans, people, strict=True):
        row = Payment.objects.get(pk=payment.pk)
        assert (row.session_id, row.person_id, row.total_minor) == (session.pk, ann.pk, AMOUNT)
        given = orders.get(ann.pk)
        assert row.one_time_code_id == (given.pk if given else None)
        assert row.reference == (given.reference if given else "")
        assert row.till_id == (QrCode.objects.get(pk=given.pk).till_id if given else None)

    heard = {till.pk: _heard(till.pk, shop.branch.pk, dice) for till in (shop.till, bar)}
    for till_id, payments in heard.items():
        rows = Payment.objects.filter(till=till_id) | Payment.objects.filter(till=None)
        assert payments == {str(row.pk): str(row.code_id) for row in rows}
    both = set(heard[shop.till.pk]) & set(heard[bar.pk])
    assert both == {str(row.pk) for row in Payment.objects.filter(till=None)}, (
        "only those of the whole branch"
    )


def _pay(session: Session, person: User) -> Payment:
    now = Session.objects.select_related("code__merchant__tax_profile", "code__branch").get(pk=session.pk)
    return confirm(session_id=now.pk, person_id=person.pk, confirmation=yes_to(now, person), pin=PIN)


def _heard(till: UUID, branch: UUID, dice: random.Random) -> dict[str, str]:
    """payment -> code, as a page knows it that got each event once to three times, in any order."""
    told = Event.objects.filter(topic__in=[topic(till, branch), topic(None, branch)])
    events = [each for event in told.filter(kind="payment.promised") for each in [event] * dice.randint(1, 3)]
    dice.shuffle(events)
    known: dict[str, str] = {}
    for event in events:
        assert known.setdefault(event.payload["payment"], event.payload["code"]) == event.payload["code"]
    return known


def test_twenty_people_one_code_of_five_payments() -> None:
    shop = make_shop()
    printed = make_static_code(shop, most_uses=5)
    people = [make_person(funds={"EUR": 5_000}) for _ in range(20)]
    scans = [scan(printed, ann, typed_minor=AMOUNT) for ann in people]
    yes = [yes_to(session, ann) for session, ann in zip(scans, people, strict=True)]

    def tap(session: Session, person: User, token: str) -> str:
        paid = confirm(session_id=session.pk, person_id=person.pk, confirmation=token, pin=PIN)
        return str(paid.pk)

    taps = [patient(partial(tap, *each)) for each in zip(scans, people, yes, strict=True)]
    answers = at_once(*taps)
    assert answers.count("code_used_up") == 15
    assert Payment.objects.filter(code=printed).count() == len(set(answers)) - 1 == 5
    printed.refresh_from_db()
    assert printed.uses == 5
