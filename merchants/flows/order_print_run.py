"""A list becomes codes, and a print run of them that is drawn in the background.

All codes or none: nothing is made while one line of the list is wrong.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.ring import ring
from base.ids import database_now
from merchants.core.code_list import WantedCode
from merchants.core.roles import Action
from merchants.flows.create_qr import check_may_sell, new_code
from merchants.models import Branch, PrintRun, PrintRunCode, QrCode
from merchants.queries import branch_for, tills_at
from merchants.sheets import LAYOUTS
from merchants.sheets.lettering import printable


def order_print_run(
    *,
    actor_id: UUID,
    branch_id: UUID,
    wanted: Sequence[WantedCode],
    category: str,
    sheet: str,
    tip_allowed: bool = True,
) -> PrintRun:
    """Static codes of one tax category, one a line of the list; a line without till is shown at the branch.

    Refused as `create_static`, and sheet_unknown (404), till_unknown (400), sheet_script_unsupported (422)
    for a name or label that no PDF can print.
    """
    if sheet not in LAYOUTS:
        raise Refused("sheet_unknown", "There is no such sheet.", status=404)
    with transaction.atomic():
        branch = branch_for(actor_id, branch_id, Action.MANAGE_CODES)
        check_may_sell(branch, {category}, at=database_now())
        codes = _codes(branch, wanted, actor_id, category, tip_allowed)
        # What cannot be printed is told now, not by a run that fails later.
        for text in (branch.merchant.trade_name, branch.place, *(code.label for code in codes)):
            printable(text)
        run = PrintRun.objects.create(
            merchant=branch.merchant, branch=branch, sheet=sheet, total=len(codes), ordered_by_id=actor_id
        )
        QrCode.objects.bulk_create(codes)
        PrintRunCode.objects.bulk_create(
            PrintRunCode(run=run, place=place, code=code) for place, code in enumerate(codes, 1)
        )
        audit_line(
            actor_id=actor_id,
            action="print_run.ordered",
            subject=run.pk,
            merchant=run.merchant_id,
            codes=len(codes),
            sheet=sheet,
        )
        ring(task="merchants.tasks.draw_queued")
    return run


def _codes(
    branch: Branch, wanted: Sequence[WantedCode], actor_id: UUID, category: str, tip_allowed: bool
) -> list[QrCode]:
    tills = {till.name: till for till in tills_at(branch)}
    if strange := sorted({line.till for line in wanted if line.till} - tills.keys()):
        raise Refused("till_unknown", f"There is no till “{strange[0]}” at this branch.", tills=strange)
    return [
        new_code(
            actor_id=actor_id,
            branch=branch,
            till=tills.get(line.till),
            kind=QrCode.Kind.STATIC,
            category=category,
            label=line.label,
            tip_allowed=tip_allowed,
        )
        for line in wanted
    ]
