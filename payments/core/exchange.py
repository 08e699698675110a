"""What a payer in another currency agrees to, and what of it goes back; exact, and rounded once.

A sale is agreed for a minute at one rate. Refunds share out what was paid by what has gone back of the sale,
rounded down, and the last one takes the rest: any refunds in any order add up to it exactly.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from wallets.core.fx import FxTerms
from wallets.core.money import PPM, exponent, round_half_up

QUOTE_LIFE = timedelta(seconds=60)
_LEAST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the payer is shown and says yes to. payer_minor: what leaves the wallet, in its minor units.

    rate: units of the payer's currency for one of the shop's, with the margin in it.
    """

    payer_currency: str
    payer_minor: int
    rate: Decimal
    source: str
    published_on: date
    margin_ppm: int
    quoted_at: datetime

    @property
    def ends_at(self) -> datetime:
        """From then on it must be shown anew."""
        return self.quoted_at + QUOTE_LIFE


def agree(terms: FxTerms, *, total_minor: int, quoted_at: datetime) -> Agreed:
    """total_minor: what the shop is to get, in its own currency. Refused: amount_too_large."""
    return Agreed(
        payer_currency=terms.payer_currency,
        payer_minor=terms.payer_amount(total_minor),
        rate=terms.rate,
        source=terms.source,
        published_on=terms.published_on,
        margin_ppm=terms.margin_ppm,
        quoted_at=quoted_at,
    )


def back_minor(paid_minor: int, *, total_minor: int, refunded_minor: int, refund_minor: int) -> int:
    """What a refund gives back of `paid_minor`, in the payer's minor units.

    total_minor: of the sale; refunded_minor: of that, gone back before; both in the shop's currency.
    """
    assert 0 < refund_minor <= total_minor - refunded_minor, "never more than is left"
    after = paid_minor * (refunded_minor + refund_minor) // total_minor
    return after - paid_minor * refunded_minor // total_minor


def cost_minor(payer_minor: int, terms: FxTerms) -> int:
    """What `payer_minor` is worth in the shop's currency at the rate without margin; half up."""
    shift = exponent(terms.shop_currency) - exponent(terms.payer_currency)
    without = terms.exact * Fraction(PPM, PPM + terms.margin_ppm)
    worth = payer_minor * Fraction(10) ** shift / without
    return round_half_up(worth.numerator, worth.denominator)


def rate_text(rate: Decimal) -> str:
    """A rate as it is written everywhere: plain digits, four decimals or as many more as it has."""
    whole, _point, decimals = f"{rate.normalize():f}".partition(".")
    return f"{whole}.{decimals.ljust(_LEAST_DECIMALS, '0')}"
