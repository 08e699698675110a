"""A shop with a bank account and settled sales: where every test of payouts begins."""

import secrets
from typing import Any
from uuid import UUID

from merchants.flows.set_bank_account import set_bank_account
from merchants.flows.set_tax_mode import set_tax_mode
from payments.flows.release_tax import release_tax
from payments.flows.remit_tax import remit_tax
from payments.models import TaxRelease
from people.models import User
from tests.factories import Shop, balance, make_one_time_code, make_person, make_shop, pay, settle_all
from wallets.models import Entry

PAID_IBAN = "GB33BUKB20201555555555"
# The sandbox sends back what ends in 00.
RETURNED_IBAN = "DE89370400440532013000"


def earned(*, iban: str = PAID_IBAN, fee_ppm: int = 5_000, mode: str = "record") -> tuple[Shop, User]:
    """A shop whose sale of 11.90 with a tip of 1.00 is settled: payable 9.94, tips 1.00, tax 1.90."""
    shop, payer = make_shop(fee_ppm=fee_ppm), make_person(funds={"EUR": 20_000})
    set_mode(shop, mode)
    with_account(shop, iban)
    pay(make_one_time_code(shop, 1190), payer, tip_minor=100)
    settle_all()
    return shop, payer


def with_account(shop: Shop, iban: str) -> None:
    set_bank_account(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, iban=iban, holder="Morgenrot GmbH")


def set_mode(shop: Shop, mode: str, place: str = "DE") -> bool:
    return set_tax_mode(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, place=place, mode=mode)


def released(shop: Shop, to: str = "payable", **terms: Any) -> TaxRelease:
    """Release or remit what is fenced; each call under a key of its own."""
    key = terms.pop("key", secrets.token_hex(4))
    facts = {"merchant_id": shop.merchant.pk, "place": "DE", "key": key} | terms
    if to == "authority":
        return remit_tax(operator=make_person(pin=None, is_staff=True), **facts)
    return release_tax(**{"actor": shop.owner} | facts)


def moved(reference: str) -> dict[str, int]:
    """What a journal moved, by the end of each account's code: "payable", "tax:DE:VAT:19.0000"."""
    rows = Entry.objects.filter(journal__reference=reference).values_list("account__code", "amount_minor")
    return {_end(code): amount for code, amount in rows}


def _end(code: str) -> str:
    owner, *rest = code.split(":")
    return "customer" if owner == "customer" else ":".join(rest[2 if owner == "merchant" else 1 :])


def balances(merchant: UUID) -> dict[str, int]:
    """What stands on the accounts that a payout touches."""
    mine = f"merchant:{merchant}:EUR"
    codes = {
        "payable": f"{mine}:payable",
        "tips": f"{mine}:tips",
        "tax": f"{mine}:tax:DE:VAT:19.0000",
        "transit": "platform:EUR:transit:sandbox",
    }
    return {name: balance(code) for name, code in codes.items()}
