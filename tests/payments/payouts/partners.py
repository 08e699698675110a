"""Two shops of which one shares in the other's sales: where tests of splits begin."""

import re
from datetime import date

from base.models import Notice
from merchants.flows.accept_split import accept_split
from merchants.flows.offer_split import offer_split
from merchants.models import SplitRule
from tests.factories import Shop, make_shop

LONG_AGO = date(2020, 1, 1)


def offered(shop: Shop, partner: Shop, share_ppm: int = 300_000, **days: date) -> tuple[SplitRule, str]:
    """An offer and the token that its mail carries."""
    rule = offer_split(
        actor_id=shop.owner.pk,
        merchant_id=shop.merchant.pk,
        email=partner.owner.email,
        share_ppm=share_ppm,
        label="Rent of the stall",
        **({"starts_on": LONG_AGO} | days),
    )
    letter = Notice.objects.filter(to=partner.owner.email, subject__contains="offers you").latest("id")
    found = re.search(r"/shop/partners/([\w-]+)/", letter.body)
    assert found
    return rule, found[1]


def agreed(shop: Shop, partner: Shop, share_ppm: int = 300_000, **days: date) -> SplitRule:
    """The same with the partner's yes."""
    _, token = offered(shop, partner, share_ppm, **days)
    return accept_split(actor=partner.owner, token=token, partner_id=partner.merchant.pk)


def pair(share_ppm: int = 300_000) -> tuple[Shop, Shop]:
    """A seller and the partner that shares in its sales."""
    shop, partner = make_shop(), make_shop(trade_name="Markthalle")
    agreed(shop, partner, share_ppm)
    return shop, partner
