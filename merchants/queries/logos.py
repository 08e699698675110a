"""A shop's logo: as a row for its page, as a picture for its sheets."""

from merchants.core.picture import Picture
from merchants.models import Logo, Merchant


def logo_of(merchant: Merchant, *, with_file: bool = False) -> Logo | None:
    """The logo, with who set it; without its bytes unless they are asked for; one query."""
    rows = Logo.objects.filter(merchant=merchant).select_related("set_by")
    return (rows if with_file else rows.defer("content")).first()


def logo_picture(merchant: Merchant) -> Picture | None:
    """What the shop's sheets carry today; one query."""
    row = Logo.objects.filter(merchant=merchant).only("content", "width", "height").first()
    return Picture(bytes(row.content), row.width, row.height) if row else None
