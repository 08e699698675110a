"""QR codes: found by an actor or by what was scanned; and their links."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from base.core.errors import Refused
from merchants.core.roles import Action
from merchants.models import Branch, Merchant, QrCode
from merchants.qr.link import LinkKey, link, make_token, read_token
from merchants.queries.shops import Actor, merchants_for, one
from merchants.queries.tax import place_rates, tax_profile_of

_ROWS = QrCode.objects.select_related("merchant__tax_profile", "branch", "till", "cashier")


def code_for(actor: Actor, code_id: UUID, action: Action) -> QrCode:
    """A code with its merchant, branch and till; one query."""
    code = one(_ROWS.filter(pk=code_id, merchant__in=merchants_for(actor, action)))
    code.branch.merchant = code.merchant
    return code


def code_by_token(token: str) -> QrCode:
    """The code that a scanned token names, in whatever state it is; one query, none for a forged token.

    Refused code_unknown (404) for a token that is not ours and for a row that is not there.
    """
    keys = [LinkKey(key_id, secret) for key_id, secret in settings.CODE_KEYS.items()]
    code = _ROWS.filter(pk=read_token(token, keys=keys)).first()
    if code is None:
        raise Refused("code_unknown", "This code is not one of ours. Nothing was paid.", status=404)
    code.branch.merchant = code.merchant
    return code


def codes_of(merchant: Merchant) -> QuerySet[QrCode]:
    """The printed codes of a shop, active first, then newest first, of a run in the order of its list."""
    rows = QrCode.objects.filter(merchant=merchant, kind=QrCode.Kind.STATIC)
    return rows.select_related("branch", "till").order_by("state", "-created_at", "print_run__place")


def replacement_of(code: QrCode) -> QrCode | None:
    """The code that took this one's place; one query."""
    return QrCode.objects.filter(replaces=code).first()


def token_of(code: QrCode) -> str:
    """The signed token of a code. Refused code_key_retired (409) when its key is no longer in use."""
    secret = settings.CODE_KEYS.get(code.key_id)
    if secret is None:
        raise Refused("code_key_retired", "This code's key is no longer in use. Make a new code.", status=409)
    return make_token(code.pk, key=LinkKey(code.key_id, secret))


def link_of(code: QrCode) -> str:
    """The address that is in the picture: `<BASE_URL>/q/<token>`."""
    return link(settings.BASE_URL, token_of(code))


def check_on_offer(branch: Branch, categories: set[str], on: date) -> None:
    """All of these are sold by the shop, and taxed in a known way at the branch on that day; two queries.

    Refused: tax_profile_missing, tax_rate_missing (409), category_not_sold (400).
    """
    profile = tax_profile_of(branch.merchant)
    if strange := sorted(categories - set(profile.categories)):
        raise Refused(
            "category_not_sold", "Your tax profile does not name this category.", categories=strange
        )
    place_rates(branch, categories, on)
