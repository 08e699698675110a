"""Rates of exchange: what a wallet pays for a shop's amount in another currency.

Promise: exact. Rates are decimals as they were published, units of a currency for one euro; two of them are
crossed through the euro as a fraction, and there is one rounding, down to the payer's minor unit. So the
house bears what is rounded, and nobody pays more than the exact sum (below one minor unit, one is paid).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from base.core.errors import Refused
from wallets.core.money import MAX_MINOR, PPM, exponent

EUR = "EUR"
ECB, MANUAL = "ecb", "manual"

# What a euro has been worth lies far inside: 0.33 KWD, 1,470,000 TRL. Outside is a slip of the pen.
SMALLEST, LARGEST = Decimal("0.001"), Decimal(10_000_000)
DECIMALS = 10

SHOWN_DIGITS = 10
_SHOWN = Context(prec=SHOWN_DIGITS, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class EurRate:
    """So many units of `currency` were one euro, said `source` ("ecb" or "manual") for that day."""

    currency: str
    rate: Decimal
    source: str
    published_on: date

    def __post_init__(self) -> None:
        assert self.currency != EUR, "a euro is a euro"
        assert self.source in (ECB, MANUAL), f"{self.source} is no source of rates"
        assert SMALLEST <= self.rate <= LARGEST, f"{self.rate} is no rate"


@dataclass(frozen=True, slots=True)
class FxTerms:
    """What one payment in a foreign currency is converted by.

    rate: units of the payer's currency for one unit of the shop's, margin included, in ten significant
    digits: for showing and keeping (numeric(32, 20) holds every one). `exact` is the same without
    rounding: amounts are worked out from it. source: "ecb", "manual", or "ecb+manual" where the two legs
    differ. published_on: the day of the older leg. margin_ppm: what of the rate is the house's.
    """

    payer_currency: str
    shop_currency: str
    rate: Decimal
    source: str
    published_on: date
    margin_ppm: int
    exact: Fraction = field(repr=False)

    def payer_amount(self, shop_minor: int) -> int:
        """What the payer pays for `shop_minor` of the shop's currency, in the payer's minor units.

        Rounded down, and never less than 1. 11.90 EUR at 7.79 CNY are 92.70 CNY.
        Refused: amount_too_large (above 10^12 minor units).
        """
        assert shop_minor > 0, "a shop is paid more than nothing"
        shift = exponent(self.payer_currency) - exponent(self.shop_currency)
        minor = max(1, shop_minor * self.exact * Fraction(10) ** shift // 1)
        if minor > MAX_MINOR:
            raise Refused("amount_too_large", "This amount is larger than can be paid here.")
        return minor


def terms_between(
    payer_currency: str, shop_currency: str, legs: Mapping[str, EurRate], *, margin_ppm: int
) -> FxTerms:
    """The terms between two different currencies. legs: the rate of each that is not the euro."""
    assert payer_currency != shop_currency, "one currency needs no exchange"
    assert 0 <= margin_ppm < PPM, "a margin is a part of the amount, and the house's"
    used = [legs[currency] for currency in (payer_currency, shop_currency) if currency != EUR]
    exact = _per_euro(payer_currency, legs) / _per_euro(shop_currency, legs) * Fraction(PPM + margin_ppm, PPM)
    return FxTerms(
        payer_currency=payer_currency,
        shop_currency=shop_currency,
        rate=_SHOWN.divide(Decimal(exact.numerator), Decimal(exact.denominator)),
        source="+".join(sorted({leg.source for leg in used})),
        published_on=min(leg.published_on for leg in used),
        margin_ppm=margin_ppm,
        exact=exact,
    )


def pick_leg(currency: str, known: Iterable[EurRate], *, on: date, max_age_days: int) -> EurRate:
    """The rate of `currency` to use on a day: the newest of the ECB, else the newest entered by hand.

    Neither is used when it is older than `max_age_days`. So a manual rate counts only for a currency that the
    ECB does not list, or has stopped to list. Refused: fx_rate_missing (409), fx_rate_old (409).
    """
    own = [rate for rate in known if rate.currency == currency]
    if not own:
        raise Refused(
            "fx_rate_missing",
            f"There is no rate of exchange for {currency} here. Nothing was paid. "
            "Pay from a wallet in the shop's currency, or in another way.",
            status=409,
            currency=currency,
        )
    young = [rate for rate in own if (on - rate.published_on).days <= max_age_days]
    if not young:
        newest = max(rate.published_on for rate in own)
        raise Refused(
            "fx_rate_old",
            f"The newest rate of exchange for {currency} is of {newest.isoformat()}: too old to pay by. "
            "Nothing was paid. Try again later, or pay from a wallet in the shop's currency.",
            status=409,
            currency=currency,
            published_on=newest.isoformat(),
        )
    return max(young, key=lambda rate: (rate.source == ECB, rate.published_on))


def _per_euro(currency: str, legs: Mapping[str, EurRate]) -> Fraction:
    return Fraction(1) if currency == EUR else Fraction(legs[currency].rate)
