"""Template filters for amounts; every app's templates may load them: `{% load money %}`.

Both take integer minor units on the left and the currency as argument, and write in the active language.
"""

from django import template
from django.utils.translation import get_language, to_locale

from wallets.core.money_text import display, display_with_code

register = template.Library()


@register.filter
def money(minor: int, currency: str) -> str:
    """{{ amount_minor|money:currency }} → "12.90"."""
    return display(minor, currency, _locale())


@register.filter
def money_with_code(minor: int, currency: str) -> str:
    """{{ amount_minor|money_with_code:currency }} → "12.90 EUR"."""
    return display_with_code(minor, currency, _locale())


def _locale() -> str:
    return to_locale(get_language() or "en")
