"""An exchange in words: one way of saying it for the pay page, the paid page and every paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from payments.core.exchange import Agreed, rate_text
from wallets.core.fx import ECB, MANUAL
from wallets.core.money_text import display_with_code

_SOURCES = {
    ECB: "European Central Bank",
    MANUAL: "entered by our operator",
    f"{ECB}+{MANUAL}": "European Central Bank, and one entered by our operator",
}
_LEAST_SHOWN = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ExchangeText:
    """wallet: its currency. amount: what leaves it, or goes back. source: whose rate, and of which day."""

    wallet: str
    amount: str
    rate: str
    source: str
    margin: str

    def notes(self, *, is_refund: bool) -> tuple[str, str]:
        """The two sentences of a paper."""
        first = (
            f"Given back to a {self.wallet} wallet: {self.amount}, at the rate of the sale, {self.rate}."
            if is_refund
            else f"Paid from a {self.wallet} wallet: {self.amount}, at {self.rate}."
        )
        return first, f"Rate: {self.source}. Our margin in it: {self.margin}."


def exchange_text(agreed: Agreed, *, currency: str, locale: str = "en") -> ExchangeText:
    """currency: the shop's."""
    return ExchangeText(
        wallet=agreed.payer_currency,
        amount=display_with_code(agreed.payer_minor, agreed.payer_currency, locale),
        rate=_rate(agreed.rate, agreed.payer_currency, currency),
        source=f"{_SOURCES[agreed.source]}, {format_date(agreed.published_on, 'd MMMM y', locale=locale)}",
        margin=f"{Decimal(agreed.margin_ppm).scaleb(-4).normalize():f} %",
    )


def exchange_of_body(body: Mapping[str, Any], *, locale: str = "en") -> ExchangeText | None:
    """What a receipt's body says of it (`payments.core.receipt`); None where there was none."""
    facts = body.get("exchange")
    if facts is None:
        return None
    agreed = Agreed(
        payer_currency=facts["payer_currency"],
        payer_minor=facts["payer_minor"],
        rate=Decimal(facts["rate"]),
        source=facts["source"],
        published_on=date.fromisoformat(facts["published_on"]),
        margin_ppm=facts["margin_ppm"],
        quoted_at=datetime.fromisoformat(facts["quoted_at"]),
    )
    return exchange_text(agreed, currency=body["currency"], locale=locale)


def _rate(rate: Decimal, payer_currency: str, currency: str) -> str:
    """ "1 EUR = 7.7900 CNY"; for so many that the figure can be read ("100,000 VND = 3.6 EUR")."""
    units = 0
    while rate.scaleb(units) < _LEAST_SHOWN:
        units += 1
    return f"{10**units:,} {currency} = {rate_text(rate.scaleb(units))} {payer_currency}"
