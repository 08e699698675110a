"""A receipt by mail: the right text, once, to few, and the address nowhere but in the outbox."""

import logging
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from base.core.errors import Refused
from base.flows.send_notices import send_notices
from base.models import AuditLine, IdempotencyKey, Notice
from merchants.models import Merchant
from payments.flows import mail_receipt as flow
from payments.flows.mail_receipt import MOST_A_RECEIPT, mail_receipt
from payments.flows.refund import refund
from payments.models import Receipt
from payments.queries.receipts import receipt_link
from tests.factories import make_one_time_code, make_person, make_shop, make_static_code, pay, settle_all
from tests.payments.till.shop_floor import Floor, statuses

pytestmark = pytest.mark.django_db
TO = "canary-7f3a@customer.example"


def sold(floor: Floor, **fields: Any) -> Receipt:
    payment = pay(make_one_time_code(floor.shop, **fields), floor.people["customer"])
    settle_all()
    return Receipt.objects.get(payment=payment)


def send(floor: Floor, receipt: Receipt, *, key: str = "k", to: str = TO) -> None:
    mail_receipt(actor=floor.shop.cashier, receipt_id=receipt.pk, to=to, key=key)


def no_of(ask: Any) -> str:
    with pytest.raises(Refused) as no:
        ask()
    return no.value.code


def test_the_mail_says_what_the_receipt_says(floor: Floor) -> None:
    receipt = sold(floor, reference="Table 4")
    send(floor, receipt)
    assert send_notices() == 1
    (sent,) = mail.outbox
    assert sent.to == [TO] and sent.subject == f"Your receipt Nº {receipt.number} from Café Morgenrot"
    text = sent.body.replace("\xa0", " ")
    for part in ("Café Morgenrot GmbH", "DE136695976", "11.90", "VAT 19 %", "1.90", "Table 4", "Paid"):
        assert part in text, part
    assert receipt_link(receipt) in text and floor.people["customer"].email not in text
    assert text.count("http") == 1


def test_a_refund_s_receipt_goes_out_too(floor: Floor) -> None:
    receipt = sold(floor)
    done = refund(actor=floor.shop.owner, payment_id=receipt.payment_id, key="a", amount_minor=440)
    send(floor, done.receipt)
    notice = Notice.objects.get()
    assert "Your refund receipt" in notice.subject and "Refunded" in notice.body and "4.40" in notice.body


def test_one_key_is_one_mail(floor: Floor) -> None:
    receipt = sold(floor)
    send(floor, receipt)
    send(floor, receipt)
    assert Notice.objects.count() == 1
    assert no_of(lambda: send(floor, receipt, to="other@customer.example")) == "key_reused"
    assert Notice.objects.count() == 1


def test_a_receipt_goes_out_three_times_at_most(floor: Floor) -> None:
    receipt, other = sold(floor), sold(floor)
    for number in range(MOST_A_RECEIPT):
        send(floor, receipt, key=str(number))
    payer = floor.people["customer"]
    assert no_of(lambda: send(floor, receipt, key="more")) == "receipt_mailed_often"
    own: dict[str, Any] = {"actor": payer, "receipt_id": receipt.pk, "to": payer.email, "key": "own"}
    assert no_of(lambda: mail_receipt(**own)) == "receipt_mailed_often"
    assert Notice.objects.count() == MOST_A_RECEIPT
    send(floor, other, key="other")


def test_a_till_sends_only_so_many_an_hour(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, owner_sql: Any
) -> None:
    monkeypatch.setattr(flow, "MOST_AN_HOUR", 2)
    receipts = [sold(floor) for _ in range(4)]
    for receipt in receipts[:2]:
        send(floor, receipt, key=str(receipt.pk))
    assert no_of(lambda: send(floor, receipts[2], key="c")) == "too_many_mails"
    payer = floor.people["customer"]  # whose own hour is another
    mail_receipt(actor=payer, receipt_id=receipts[2].pk, to=payer.email, key="own")
    poster = pay(make_static_code(floor.shop, till=False), payer, 100)
    settle_all()
    send(floor, Receipt.objects.get(payment=poster), key="poster")  # of no till: the shop's hour
    assert Notice.objects.count() == 4
    # An hour later: the ids say when.
    owner_sql(
        "UPDATE base_auditline SET id = ('00000000' || substr(id::text, 9))::uuid WHERE action = %s",
        flow.ACTION,
    )
    send(floor, receipts[3], key="d")


def test_a_shop_that_nobody_has_reviewed_sends_none(floor: Floor) -> None:
    receipt = sold(floor)
    Merchant.objects.filter(pk=floor.shop.merchant.pk).update(review="waiting", reviewed_at=None)
    assert no_of(lambda: send(floor, receipt)) == "shop_not_reviewed"
    assert not Notice.objects.exists() and not AuditLine.objects.filter(action=flow.ACTION).exists()


@pytest.mark.parametrize(
    "to", ["", "anna", "a@b", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>"]
)
def test_what_is_no_address_gets_nothing(floor: Floor, to: str) -> None:
    receipt = sold(floor)
    assert no_of(lambda: send(floor, receipt, to=to)) == "email_invalid"
    assert not Notice.objects.exists()


def test_the_address_is_in_the_outbox_and_nowhere_else(
    floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    """Every column of every table, and the logs: T13."""
    receipt = sold(floor)
    browser = floor.browser("cashier")
    path = f"{floor.till}payments/{receipt.payment_id}/receipts/{receipt.pk}/"
    with caplog.at_level(logging.DEBUG):
        assert browser.post(f"{path}mail", {"to": TO, "key": "k"}).status_code == 302
        answer = browser.get(path)
        assert "on its way" in answer.content.decode() and TO not in answer.content.decode()
        send_notices()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{TO}%"])
                found += [table] * cursor.fetchone()[0]
    assert found == ["base_notice"]
    assert len(tables) > 30
    logged = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert TO not in " ".join(record.getMessage() for record in logged)
    line = AuditLine.objects.get(action=flow.ACTION)
    assert (line.actor_id, line.subject, line.merchant) == (
        floor.shop.cashier.pk,
        receipt.pk,
        floor.shop.merchant.pk,
    )
    assert IdempotencyKey.objects.filter(scope=f"mail_receipt:{floor.shop.cashier.pk}").count() == 1


def test_who_may_send(floor: Floor) -> None:
    receipt = sold(floor)
    shop = f"/shop/{floor.shop.merchant.pk}/"
    at_till = {"owner": 302, "manager": 302, "cashier": 302} | dict.fromkeys(
        ("accountant", "other_owner", "customer"), 404
    )
    for place, right in ((floor.till, at_till), (shop, at_till | {"cashier": 404})):
        path = f"{place}payments/{receipt.payment_id}/receipts/{receipt.pk}/mail"
        before = Notice.objects.count()
        got = statuses(floor, lambda browser, path=path: browser.post(path, {"to": "x"}).status_code)  # type: ignore[misc]
        # No address: those who may are told so on the page, those who may not learn nothing.
        assert got == {role: 400 if status == 302 else status for role, status in right.items()} | {
            "anonymous": 302
        }
        assert Notice.objects.count() == before
    assert (
        floor.browser("cashier")
        .get(f"{floor.till}payments/{receipt.payment_id}/receipts/{receipt.pk}/mail")
        .status_code
        == 405
    )
    for role, may in {"cashier": True, "owner": True, "accountant": False}.items():
        place = floor.till if role == "cashier" else shop
        found = floor.browser(role).get(f"{place}payments/{receipt.payment_id}/receipts/{receipt.pk}/")
        assert ('name="to"' in found.content.decode()) is may, role


def test_the_flow_itself_asks_who_it_is(floor: Floor) -> None:
    receipt = sold(floor)
    stranger, accountant = make_shop(trade_name="Next door").cashier, floor.people["accountant"]
    for actor in (stranger, accountant, floor.people["customer"], make_person(pin=None)):
        with pytest.raises(Refused, match="not_found"):
            mail_receipt(actor=actor, receipt_id=receipt.pk, to=TO, key="k")
    assert not Notice.objects.exists()


def test_the_payer_has_it_sent_to_the_own_address_only(floor: Floor) -> None:
    receipt, payer = sold(floor), floor.people["customer"]
    path = f"/receipts/{receipt.pk}/mail"
    browser = floor.browser("customer")
    assert f'action="{path}"' in browser.get(f"/receipts/{receipt.pk}/").content.decode()
    assert browser.post(path, {"key": "k", "to": TO}).status_code == 302
    assert Notice.objects.get().to == payer.email
    # Not in the shop's own trail, which would name the payer.
    assert AuditLine.objects.get(action=flow.ACTION).merchant is None
    for role in ("owner", "cashier", "other_owner"):
        assert floor.browser(role).post(path, {"key": "k"}).status_code == 404, role
    assert Client().post(path).status_code == 302
    assert Notice.objects.count() == 1


def test_a_no_keeps_what_was_typed(floor: Floor) -> None:
    receipt = sold(floor)
    path = f"{floor.till}payments/{receipt.payment_id}/receipts/{receipt.pk}/"
    answer = floor.browser("cashier").post(f"{path}mail", {"to": "anna@", "key": "k"})
    page = answer.content.decode()
    assert answer.status_code == 400 and 'value="anna@"' in page and "Nothing was sent" in page
