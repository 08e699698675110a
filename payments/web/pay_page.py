"""What stands on the pay page: the shop, the sale, and the one step that comes next for this payer.

The step is found anew at each look, so that whoever comes back from sign-up, PIN or top-up goes on where the
scan was left.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from base.core.errors import Refused
from merchants import queries as shops
from merchants.core.words import words_of
from merchants.models import Merchant, QrCode
from payments.core import confirmation
from payments.core.tips import SHARES, share_of
from payments.models import Session
from payments.papers.exchange_text import exchange_text
from payments.papers.rows import sale_rows
from payments.queries import Quote, same_again
from payments.queries.exchange import Way, ways_to_pay
from payments.web.amounts import NO_TIP, AmountForm
from payments.web.pay_quote import Fresh
from payments.web.screen_words import screen_words
from people.queries import pin_state
from wallets.core.limits import caps
from wallets.core.money_text import display_with_code
from wallets.queries import wallet_of

PAGE_LIFE = timedelta(minutes=5)
NOTHING_TAKEN = "Nothing was taken from your wallet."


@dataclass(frozen=True, slots=True)
class Step:
    """What this payer does next. name: over_cap, sign_in, set_pin, new_pin, frozen, top_up, choose, confirm.

    available_minor: in the wallet that pays. missing_minor: what the shop's own currency lacks. ways: the
    other wallets that cover. others: currencies with money that does not; rate_no: why, for want of a rate.
    """

    name: str
    available_minor: int = 0
    missing_minor: int = 0
    ways: tuple[Way, ...] = ()
    others: tuple[str, ...] = ()
    rate_no: str = ""


def next_step(quote: Quote, person_id: UUID | None, *, at: datetime) -> Step:
    """The first thing that stands between this person and the yes.

    Up to three queries, and one more for each other currency that the wallet has money in.
    """
    is_static = quote.session.code.kind == QrCode.Kind.STATIC
    if quote.total_minor > (quote.caps.static_payment if is_static else quote.caps.one_time_payment):
        return Step("over_cap")
    if person_id is None:
        return Step("sign_in")
    pin = pin_state(person_id)
    if pin != "set":
        return Step("set_pin" if pin == "none" else "new_pin")
    wallet = wallet_of(person_id)
    if wallet is not None and wallet.frozen_at is not None:
        return Step("frozen")
    found = ways_to_pay(person_id, currency=quote.currency, total_minor=quote.total_minor, at=at)
    ways = tuple(way for way in found.covering if way.currency != quote.pay_currency)
    available = found.free.get(quote.pay_currency, 0)
    if available >= quote.pay_minor:
        return Step("confirm", available, ways=ways)
    own = found.free.get(quote.currency, 0)
    missing = max(quote.total_minor - own, 0)
    if ways:
        return Step("choose", own, missing, ways)
    return Step("top_up", own, missing, (), found.others, found.no.message if found.no else "")


def shop_context(session: Session) -> dict[str, Any]:
    """Who is paid: the same above the amount form and above the sale.

    paper_words: on the printed code, where one was scanned. words: on the till.
    """
    code = session.code
    merchant: Merchant = code.merchant
    payee = shops.payee_of(merchant, code.branch)
    most = caps(merchant.currency, reviewed=payee.reviewed)
    is_static = code.kind == QrCode.Kind.STATIC
    printed = code.pk if is_static else session.scanned_id
    cap_minor = most.static_payment if is_static else most.one_time_payment
    return {
        "payee": payee,
        "words": screen_words(code.branch, order_id=None if is_static else code.pk, session_id=session.pk),
        "paper_words": " ".join(words_of(printed)) if printed else "",
        "order_of_paper": session.scanned_id is not None,
        "is_static": is_static,
        "currency": merchant.currency,
        "cap": display_with_code(cap_minor, merchant.currency),
    }


def sale_context(fresh: Fresh, *, person_id: UUID | None, no: Refused | None) -> dict[str, Any]:
    """The sale, the next step, and what was wrong with the last one."""
    quote, now = fresh.quote, fresh.now
    code, step = quote.session.code, next_step(quote, person_id, at=now)
    context = shop_context(quote.session) | {
        "quote": quote,
        "rows": sale_rows(
            quote.sale,
            tip_minor=quote.tip_minor,
            inclusive=quote.prices_include_tax,
            currency=quote.currency,
        ),
        "step": step,
        "no": no,
        "no_more": "" if no is None or "othing was taken" in no.message else NOTHING_TAKEN,
    }
    if code.tip_allowed and code.kind == QrCode.Kind.ONE_TIME:
        share = share_of(quote.tip_minor, quote.sale.gross_minor)
        context["tips"] = [(NO_TIP, "None"), *((str(each), f"{each} %") for each in SHARES)]
        context["tip_chosen"] = "own" if share is None else str(share)
        context.setdefault("tip_form", AmountForm.filled(quote.session, sale_minor=quote.sale.gross_minor))
    if step.name == "confirm":
        assert person_id is not None
        context["again"] = same_again(quote.session, quote.total_minor, at=now)
        context["confirmation"] = seal(quote, person_id, now)
    return context | _exchange_context(fresh, step)


def _exchange_context(fresh: Fresh, step: Step) -> dict[str, Any]:
    """What a foreign wallet gives, by which rate and for how long yet; and whether that is new."""
    agreed, currency = fresh.quote.exchange, fresh.quote.currency
    context: dict[str, Any] = {"rate_no": fresh.no}
    if agreed is None or step.name != "confirm":
        return context
    context["exchange"] = exchange_text(agreed, currency=currency)
    context["age_days"] = (fresh.now.date() - agreed.published_on).days
    context["left_seconds"] = max(-((fresh.now - agreed.ends_at) // timedelta(seconds=1)), 0)
    if fresh.was is not None and fresh.was.payer_currency == agreed.payer_currency:
        context["was"] = exchange_text(fresh.was, currency=currency)
    return context


def seal(quote: Quote, person_id: UUID, now: datetime) -> str:
    """The token that binds the yes to what this page shows, for five minutes."""
    expires = int((now + PAGE_LIFE).timestamp())
    return confirmation.seal(quote.shown_to(person_id), expires=expires, key=settings.SECRET_KEY.encode())
