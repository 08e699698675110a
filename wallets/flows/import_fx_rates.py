"""Take a file of rates of exchange: all of it, or none with the reason written down.

The same file again adds nothing. A rate that is known otherwise, and one that jumps, are refused: rates are
only ever added, and payments were made by the old one. What the clock was refused is mailed, once.
"""

import hashlib
from uuid import UUID

from django.db import connection, transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from people.flows.queue_mail import queue_mail
from people.queries import operator_addresses
from wallets.core.fx_file import JUMP, Compared, Differs
from wallets.fx import RATE_SOURCES
from wallets.models import FxImport, FxRate
from wallets.queries.fx import last_import, read_rates

CLOCK, COMMAND, PAGE = "clock", "command", "page"
BATCH = 2_000
NAMED = 5

# One at a time: two files would each be compared with what the other has not written yet.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('import_fx_rates'))"


def import_fx_rates(
    *, source: str, content: bytes, way: str, actor_id: UUID | None = None, confirmed: bool = False
) -> FxImport:
    """Import a file; the row says what was added. confirmed: somebody has looked at rates that jump.

    Refused: fx_source_unknown, fx_file_invalid, fx_rate_changed (409), fx_rate_jumps (409).
    """
    if source not in RATE_SOURCES:
        raise Refused("fx_source_unknown", "Rates come from ecb or manual. Nothing was imported.")
    said = FxImport(source=source, way=way, actor_id=actor_id, file_sha256=hashlib.sha256(content).digest())
    try:
        return _import(said, content, confirmed)
    except Refused as no:
        write_refusal(said=said, no=no)
        raise


@retry
def _import(said: FxImport, content: bytes, confirmed: bool) -> FxImport:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ALONE)
        read, found = read_rates(said.source, content, now=database_now())
        _require_agreed(said.source, found, confirmed)
        FxRate.objects.bulk_create(
            (
                FxRate(
                    currency=new.currency,
                    source=said.source,
                    published_on=new.published_on,
                    rate=new.rate,
                    publisher=new.publisher,
                )
                for new in found.new
            ),
            batch_size=BATCH,
        )
        said.added, said.same, said.skipped = len(found.new), found.same, read.skipped
        said.newest_on = max(quoted.published_on for quoted in read.rates)
        said.save(force_insert=True)
        if said.actor_id and found.new:
            audit_line(
                actor_id=said.actor_id,
                action="fx.imported",
                subject=said.pk,
                source=said.source,
                added=said.added,
                jumps=[_text(jump) for jump in found.jumps[:NAMED]],
            )
    return said


def _require_agreed(source: str, found: Compared, confirmed: bool) -> None:
    if found.changed:
        raise Refused(
            "fx_rate_changed",
            f"{_listed(found.changed)}: the same day is known otherwise, and what is known stays. "
            "Nothing was imported. Take the line out, or give the better rate a later day.",
            status=409,
        )
    if found.jumps and not confirmed:
        raise Refused(
            "fx_rate_jumps",
            f"{_listed(found.jumps)}: more than {JUMP:.0%} away from the newest rate that is known. "
            "Nothing was imported. Look at it, and import it again with your yes.",
            status=409,
        )


def write_refusal(*, said: FxImport, no: Refused) -> None:
    """Keep why nothing was imported; operators get a mail where no person is asking, unless they know."""
    with transaction.atomic():
        before = last_import(said.source)
        said.refused, said.said, said.added = no.code, no.message, 0
        said.save(force_insert=True)
        # A source that is down is told of by who fetches, once its rates grow old.
        known = before is not None and (before.refused, before.said) == (no.code, no.message)
        if said.way == CLOCK and no.code != "fx_source_down" and not known:
            tell_of_rates(subject="Rates of exchange were not imported", body=no.message)


def tell_of_rates(*, subject: str, body: str) -> None:
    """Queue a mail to each operator."""
    body = f"{body}\n\nMore stands on the page Rates of the operator's desk.\n"
    for address in operator_addresses():
        queue_mail(to=address, subject=subject, body=body)


def _listed(rows: tuple[Differs, ...]) -> str:
    more = f", and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return "; ".join(_text(row) for row in rows[:NAMED]) + more


def _text(row: Differs) -> str:
    new = row.quoted
    return (
        f"Line {new.line}: {new.currency} {new.rate} of {new.published_on}, known {row.known.normalize():f}"
    )
