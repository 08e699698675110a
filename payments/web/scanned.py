"""What a till has read, told to its cashier: the own sign, a stranger's, a receipt, or none of ours.

One function a kind, in one dict. A customer's code is not here: with an order it charges (`till_scan`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.words import words_of
from merchants.models import QrCode, Till
from merchants.queries import code_by_token
from payments.core.shown_code import Kind, Scanned
from payments.queries.receipts import ReceiptState, desk_of, read_receipt_token
from people.models import User


@dataclass(frozen=True, slots=True)
class Told:
    """title, text: in words. tone: paid (it is right), warn, danger or info. more: for the template."""

    tone: str
    title: str
    text: str = ""
    more: dict[str, Any] = field(default_factory=dict)


NOT_OURS = Told(
    "danger", "Not a Quittance code", "It leads to no shop and no customer here. Nothing was charged."
)


def tell(actor: User, till: Till, scanned: Scanned) -> Told:
    """What was read, and what to do; up to three queries."""
    return KINDS[scanned.kind](actor, till, scanned.text)


def _customer(actor: User, till: Till, text: str) -> Told:
    return Told(
        "info",
        "A customer’s code: type the amount first",
        "Nothing was charged. Make the order’s code at the till, then choose Scan the customer’s code there.",
    )


def _sign(actor: User, till: Till, token: str) -> Told:
    """The shop's own sign, another till's, or somebody else's: the daily look for pasted-over stickers."""
    try:
        code = code_by_token(token)
    except Refused:
        return Told(
            "danger",
            "This is a forged code",
            "It looks like one of ours and is not. If it hangs in your shop, take it down and tell us.",
        )
    payee = code.merchant.trade_name
    if code.merchant_id != till.branch.merchant_id:
        return Told(
            "danger",
            f"This is not your shop’s code: it pays {payee}",
            "If it hangs in your shop, take it down at once and tell us: your customers would pay there.",
        )
    facts = {"payee": payee, "place": _place(code), "words": " ".join(words_of(code.pk)), "label": code.label}
    if code.state == QrCode.State.RETIRED or code.is_used_up or _has_run_out(code):
        return Told(
            "warn",
            "Your own sign, but it takes no payments any more",
            "Take it down: who scans it is sent away. A new one is printed under Codes.",
            facts,
        )
    if code.kind == QrCode.Kind.ONE_TIME:
        return Told("paid", "A one-time code of your own shop", "It pays one order of yours.", facts)
    if code.till_id not in {None, till.pk} or code.branch_id != till.branch_id:
        return Told("warn", "Your own sign, of another till", "It is right, but it hangs elsewhere.", facts)
    return Told("paid", "Your own sign", "It pays your shop. Compare the two words with the paper.", facts)


def _receipt(actor: User, till: Till, token: str) -> Told:
    """What is true of a receipt now, whatever its paper or a phone's picture says."""
    try:
        found = read_receipt_token(token)
    except Refused:
        return Told("danger", "This is a forged receipt", "Its code is not one of ours. Give nothing for it.")
    state = ReceiptState(found, database_now())
    if found.merchant_id != till.branch.merchant_id:
        return Told(
            "danger",
            f"A receipt of another shop: {found.merchant.trade_name}",
            "It is no proof of anything here.",
            {"receipt_state": state},
        )
    return Told(
        {"paid": "paid", "part refunded": "warn"}.get(state.word, "danger"),
        f"Your own receipt: {state.word}",
        "This is true now, whatever the paper says.",
        {"receipt_state": state, "desk": desk_of(actor, found), "payment": found.payment_id},
    )


def _wallet(actor: User, till: Till, token: str) -> Told:
    return Told(
        "warn",
        "A wallet’s own link: it pays nothing",
        "Ask the customer to open Show to the till in the wallet, and scan that.",
    )


def _mistyped(actor: User, till: Till, text: str) -> Told:
    return Told(
        "warn", "One of the twelve digits is wrong", "Nothing was charged. Read them from the phone again."
    )


def _elsewhere(actor: User, till: Till, host: str) -> Told:
    where = f" It leads to {host}." if host else ""
    return Told(NOT_OURS.tone, NOT_OURS.title, f"{where} If it hangs in your shop, take it down.".strip())


def _other(actor: User, till: Till, text: str) -> Told:
    return NOT_OURS


def _place(code: QrCode) -> str:
    return f"{code.branch.name}, {code.till.name}" if code.till else f"{code.branch.name}, all tills"


def _has_run_out(code: QrCode) -> bool:
    return code.expires_at is not None and code.expires_at <= database_now()


KINDS: dict[Kind, Callable[[User, Till, str], Told]] = {
    Kind.CUSTOMER: _customer,
    Kind.DIGITS: _customer,
    Kind.SIGN: _sign,
    Kind.RECEIPT: _receipt,
    Kind.WALLET: _wallet,
    Kind.MISTYPED: _mistyped,
    Kind.ELSEWHERE: _elsewhere,
    Kind.OTHER: _other,
}
