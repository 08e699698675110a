"""Reads of the rates of exchange: the terms of a payment in a foreign currency."""

from datetime import UTC, datetime

from django.conf import settings

from wallets.core.fx import EUR, EurRate, FxTerms, pick_leg, terms_between
from wallets.models import FxRate


def fx_terms(payer_currency: str, shop_currency: str, at: datetime) -> FxTerms:
    """What a wallet in one currency pays a shop in another by, at a moment; one query.

    Only rates that were known at that moment and young enough then (`FX_MAX_AGE_DAYS`) count, so the same
    moment gives the same terms later. Refused: fx_rate_missing (409), fx_rate_old (409).
    """
    currencies = [currency for currency in (payer_currency, shop_currency) if currency != EUR]
    rows = (
        FxRate.objects.filter(currency__in=currencies, imported_at__lte=at)
        .order_by("currency", "source", "-published_on")
        .distinct("currency", "source")
        .values_list("currency", "rate", "source", "published_on")
    )
    known = [EurRate(*row) for row in rows]
    legs = {
        currency: pick_leg(
            currency, known, on=at.astimezone(UTC).date(), max_age_days=settings.FX_MAX_AGE_DAYS
        )
        for currency in currencies
    }
    return terms_between(payer_currency, shop_currency, legs, margin_ppm=settings.FX_MARGIN_PPM)
