"""A receipt's signature: of its exact bytes, by its day's key, the same for ever, checked without us."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from base.models import Notice
from payments.core.signature import PREFIX, ReceiptKey, is_signed, key_of_day, sign
from payments.flows.mail_receipt import mail_receipt
from payments.flows.refund import refund
from payments.models import Receipt
from payments.queries.receipts import receipt_link, receipt_token
from payments.queries.signatures import KEYS_PATH, public_keys, signature_of, signed_receipt
from people.models import User
from tests.factories import make_one_time_code, make_person, make_shop, pay, settle_all
from tests.payments.papers.test_receipt_papers import pdf_text
from tests.payments.till.shop_floor import Floor
from wallets.models import Journal

ROOT = Path(__file__).parents[3]
OLD = ReceiptKey(1, b"\x33" * 32)
NEW = ReceiptKey(2, b"\x44" * 32, date(2027, 1, 1))


@pytest.fixture
def receipt(floor: Floor) -> Receipt:
    paid = pay(make_one_time_code(floor.shop, 1190), floor.people["customer"])
    settle_all()
    return Receipt.objects.get(payment=paid)


# --- the signature itself


def test_a_known_vector() -> None:
    """RFC 8032, 7.1, test 1: the public key of a known seed."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert ReceiptKey(1, seed).public.hex() == public


@given(body=st.text(min_size=1, max_size=200), place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_fails(body: str, place: int, bit: int) -> None:
    signed = sign(body, OLD)
    assert is_signed(body, signed.signature, OLD.public)
    assert sign(body, OLD) == signed
    at = place % 64
    forged = bytearray(signed.signature)
    forged[at] ^= 1 << bit
    assert not is_signed(body, bytes(forged), OLD.public)
    assert not is_signed(body + "x", signed.signature, OLD.public)
    assert not is_signed(body[:-1] + chr((ord(body[-1]) + 1) % 0xD800), signed.signature, OLD.public)
    assert not is_signed(body, signed.signature, NEW.public)


def test_the_prefix_is_a_part_of_it() -> None:
    signed = sign("{}", OLD)
    assert not is_signed(PREFIX.decode() + "{}", signed.signature, OLD.public)


@pytest.mark.parametrize(
    ("day", "key_id"), [(date(2026, 12, 31), 1), (date(2027, 1, 1), 2), (date(2030, 1, 1), 2), (date.min, 1)]
)
def test_the_key_is_that_of_the_day(day: date, key_id: int) -> None:
    assert key_of_day([NEW, OLD], day).key_id == key_id


# --- at the service


@pytest.mark.django_db
class TestService:
    def test_a_new_key_leaves_old_signatures_as_they_were(self, receipt: Receipt, settings: Any) -> None:
        before = signature_of(receipt)
        settings.RECEIPT_KEYS = ((2, NEW.secret, date(2027, 1, 1)), *settings.RECEIPT_KEYS)
        assert signature_of(receipt) == before
        receipt.created_at = datetime(2027, 1, 1, tzinfo=UTC)
        assert signature_of(receipt).key_id == 2
        assert [key["kid"] for key in public_keys()["keys"]] == ["2", "1"]

    def test_the_file_has_all_that_verifies_and_nothing_secret(self, receipt: Receipt, settings: Any) -> None:
        found = signed_receipt(receipt)
        hashed = Journal.objects.get(pk=receipt.journal).document_sha256
        assert hashed is not None
        assert found["body"] == receipt.body
        assert found["sha256"] == bytes(hashed).hex()
        ((key_id, secret, _),) = settings.RECEIPT_KEYS
        told = json.dumps([found, public_keys()])
        assert secret.hex() not in told
        assert found["key_id"] == key_id

    def test_the_ten_lines_of_the_docs_verify_it_and_refuse_a_changed_byte(
        self, receipt: Receipt, client: Client, tmp_path: Path
    ) -> None:
        script = re.search(r"```python\n(.*?)```", (ROOT / "docs/RECEIPTS.md").read_text(), re.S)
        assert script is not None
        assert len([line for line in script[1].splitlines() if line]) <= 10
        keys, token = client.get(KEYS_PATH), receipt_token(receipt)
        assert set(keys["Cache-Control"].split(", ")) == {"public", "max-age=3600"}
        (tmp_path / "keys.json").write_bytes(keys.content)
        file = client.get(f"/r/{token}.json")
        assert file["Content-Disposition"] == f'attachment; filename="receipt-{receipt.number}.json"'
        assert file["X-Robots-Tag"].startswith("noindex")

        def verify(content: bytes) -> subprocess.CompletedProcess[str]:
            (tmp_path / "receipt.json").write_bytes(content)
            return subprocess.run(
                [sys.executable, "-c", script[1]], cwd=tmp_path, capture_output=True, text=True, check=False
            )

        good = verify(file.content)
        assert (good.returncode, good.stdout) == (0, f"genuine, number {receipt.number}\n"), good.stderr
        assert b"1190" in file.content
        bad = verify(file.content.replace(b"1190", b"1191", 1))
        assert bad.returncode == 1
        assert "InvalidSignature" in bad.stderr

    def test_page_and_print_and_pdf_show_its_beginning(self, floor: Floor, receipt: Receipt) -> None:
        short = signature_of(receipt).short
        assert re.fullmatch(r"key 1(, [0-9a-f]{4})( [0-9a-f]{4}){3}", short)
        customer, cashier = floor.browser("customer"), floor.browser("cashier")
        pages = [
            customer.get(f"/receipts/{receipt.pk}/"),
            Client().get(f"/r/{receipt_token(receipt)}"),
            cashier.get(f"{floor.till}payments/{receipt.payment_id}/receipts/{receipt.pk}/"),
        ]
        for page in pages:
            assert short in page.content.decode()
        for path in (f"/receipts/{receipt.pk}.pdf", f"/r/{receipt_token(receipt)}.pdf"):
            assert f"Signed {short}" in " ".join(pdf_text(customer.get(path).content).split())

    def test_the_mail_shows_it_too_and_where_to_verify(self, floor: Floor, receipt: Receipt) -> None:
        mail_receipt(actor=floor.shop.cashier, receipt_id=receipt.pk, to="a@customer.example", key="k")
        lines = Notice.objects.get().body.splitlines()
        assert f"Signed {signature_of(receipt).short}" in lines
        assert "verify its signature" in lines[lines.index(receipt_link(receipt)) - 1]

    def test_only_who_may_see_a_receipt_gets_its_file(
        self, floor: Floor, receipt: Receipt, client_of: Callable[[User], Client]
    ) -> None:
        path = f"/receipts/{receipt.pk}.json"
        for name in ("customer", "owner"):
            assert floor.browser(name).get(path).json()["body"] == receipt.body
        assert Client().get(path).status_code == 302
        assert client_of(make_person(pin=None)).get(path).status_code == 404
        assert client_of(make_shop().owner).get(path).status_code == 404
        assert Client().get("/r/" + "A" * 46 + ".json").status_code == 404
        assert floor.browser("owner").post(path).status_code == 405

    def test_a_correction_is_a_new_receipt_that_names_the_old(self) -> None:
        shop = make_shop()
        paid = pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 10_000}))
        settle_all()
        sold = Receipt.objects.get(payment=paid)
        before = (sold.body, signature_of(sold))
        row = refund(actor=shop.cashier, payment_id=paid.pk, key="a")
        sold.refresh_from_db()
        assert (sold.body, signature_of(sold)) == before
        facts = json.loads(row.receipt.body)
        assert (facts["corrects"], facts["number"], facts["kind"]) == (sold.number, sold.number + 1, "refund")
        assert signature_of(row.receipt).signature != before[1].signature
