"""QR codes: found by an actor or by what was scanned; their links, and their sheets as drawn today."""

from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from base.core.errors import Refused
from merchants.core.instructions import code_note, instruction, language_of
from merchants.core.picture import Picture
from merchants.core.roles import Action
from merchants.core.words import words_of
from merchants.models import Branch, Merchant, PrintedSheet, QrCode
from merchants.qr.link import LinkKey, link, make_token, read_token
from merchants.queries.logos import logo_picture
from merchants.queries.shops import Actor, merchants_for, one
from merchants.queries.tax import place_rates, tax_profile_of
from merchants.sheets import LAYOUTS, SHEETS
from merchants.sheets.base import Sheet, SheetText

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


def draw_sheet(code: QrCode, sheet: str) -> Sheet:
    """A sheet as it is drawn today, not kept (`flows.print_sheet` keeps it). Refused sheet_unknown (404)."""
    if sheet not in SHEETS:
        raise Refused("sheet_unknown", "There is no such sheet.", status=404)
    logo = logo_picture(code.merchant) if sheet in LAYOUTS else None
    return SHEETS[sheet].draw(link_of(code), sheet_text(code, logo=logo))


def sheet_text(code: QrCode, *, logo: Picture | None = None) -> SheetText:
    """The words on a sheet of this code, as they are today. logo: `logo_picture` of its shop."""
    place = code.branch.country, code.branch.region
    return SheetText(
        trade_name=code.merchant.trade_name,
        place=code.branch.place,
        label=code.label,
        till=code.till.name if code.till else "",
        check_words=words_of(code.pk),
        instruction=instruction(*place),
        code_note=code_note(*place, host=urlsplit(settings.BASE_URL).netloc),
        language=language_of(*place),
        logo=logo,
    )


def sheets_of(code: QrCode) -> dict[str, PrintedSheet]:
    """The sheets that were printed of a code, by kind, without their bytes; one query."""
    return {row.sheet: row for row in code.sheets.defer("content")}


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
