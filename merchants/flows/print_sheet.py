"""A code goes on paper: the sheet is drawn once, kept, and served again as it was.

What hangs in a shop is what we can show: a later change of name or of our drawing changes no printed sheet.
"""

from hashlib import sha256
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.roles import Action
from merchants.models import PrintedSheet, QrCode
from merchants.queries import code_for
from merchants.queries.sheets import draw_sheet


def print_sheet(*, actor_id: UUID, code_id: UUID, sheet: str) -> PrintedSheet:
    """The kept sheet of a code, drawn now if this is the first time. Two at once get the same row.

    sheet: a name in merchants.sheets.SHEETS. Refused: not_found, sheet_unknown (404); code_retired and
    code_key_retired (409) for a sheet not printed before; sheet_* (422) for a text that cannot be printed.
    """
    code = code_for(actor_id, code_id, Action.MANAGE_CODES)
    kept = PrintedSheet.objects.filter(code=code, sheet=sheet).first()
    if kept is not None:
        return kept
    drawn = draw_sheet(code, sheet)
    if code.state == QrCode.State.RETIRED:
        raise Refused("code_retired", "This code is retired, so no new sheet is printed.", status=409)
    row = PrintedSheet(
        code=code,
        sheet=sheet,
        media_type=drawn.media_type,
        file_name=drawn.file_name,
        content=drawn.content,
        sha256=sha256(drawn.content).digest(),
    )
    with transaction.atomic():
        PrintedSheet.objects.bulk_create([row], ignore_conflicts=True)
        kept = PrintedSheet.objects.get(code=code, sheet=sheet)
        if kept.pk == row.pk:
            audit_line(
                actor_id=actor_id,
                action="sheet.printed",
                subject=code.pk,
                merchant=code.merchant_id,
                sheet=sheet,
                sha256=row.sha256.hex(),
            )
    return kept
