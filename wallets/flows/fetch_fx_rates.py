"""Fetch the ECB's rates of the day and import them. Asked often, it calls only while the day's are missing.

Without the net nothing breaks: the rates that are here serve until they are too old, and the operators are
told two days before that, once a day.
"""

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings

from base.core.errors import Refused
from base.ids import database_now
from wallets.core.fx import ECB
from wallets.flows.import_fx_rates import CLOCK, import_fx_rates, tell_of_rates, write_refusal
from wallets.fx.ecb import Ecb
from wallets.models import FxImport
from wallets.queries.fx import newest_day

WARN_DAYS = 2
log = logging.getLogger(__name__)


def fetch_fx_rates() -> int:
    """How many rates came in. Never raises what a source or the net did: that is written down."""
    now = database_now()
    if not settings.ECB_URL or newest_day(ECB) == now.astimezone(UTC).date():
        return 0
    try:
        # No network inside a transaction.
        content = Ecb().fetch(settings.ECB_URL)
    except Refused as no:
        log.warning("rates of exchange: %s", no.message)
        _tell_if_old(now)
        write_refusal(said=FxImport(source=ECB, way=CLOCK, file_sha256=b""), no=no)
        return 0
    try:
        return import_fx_rates(source=ECB, content=content, way=CLOCK).added
    except Refused as no:
        log.warning("rates of exchange: %s", no.message)
        return 0


def _tell_if_old(now: datetime) -> None:
    newest = newest_day(ECB)
    today = now.astimezone(UTC).date()
    if newest is None or (today - newest).days < settings.FX_MAX_AGE_DAYS - WARN_DAYS:
        return
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if FxImport.objects.filter(source=ECB, refused="fx_source_down", created_at__gte=midnight).exists():
        return
    last = newest + timedelta(days=settings.FX_MAX_AGE_DAYS)
    tell_of_rates(
        subject="Rates of exchange grow old",
        body=f"The ECB's rates cannot be fetched; the newest are of {newest}. After {last} no wallet can pay "
        "in another currency. Import its file by hand: ./run manage import_fx --file eurofxref-daily.xml",
    )
