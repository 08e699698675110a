"""Write the two files of an answer pack: the receipts as CSV, and the paper that speaks of them.

Receipts are read in blocks, the ledger at the end. Promise: where a receipt is not what the ledger has the
hash of, or where receipts and ledger differ, no file is left. Where something was settled meanwhile it begins
anew.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from merchants.models import Merchant, TaxProfile
from merchants.queries import branches_of
from reports.core.answer import AnswerDoesNotFoot, Side, Tally, changed_by, check_foots, read_slip
from reports.core.answer_figures import Candidate, Personal, Provisional, candidates, steps
from reports.core.periods import Period
from reports.flows.part_file import keep_part, part_file, sync_folder
from reports.models import AnswerPack
from reports.papers.answer_csv import AnswerCsv
from reports.papers.answer_pdf import Answer, answer_pdf
from reports.queries.answer import (
    Kept,
    LedgerSide,
    OwnTransfer,
    ReceiptRow,
    ledger_side,
    own_transfers,
    receipt_blocks,
    receipts_between,
)
from taxes.queries import RATE_TABLE_VERSION

CSV, PDF = ".csv", ".pdf"
TRIES = 3
# Receipts done, and of how many.
Told = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class AnswerFiles:
    """What lies in the folder now."""

    csv_sha256: str
    pdf_sha256: str
    candidates: list[Candidate]
    receipts: int
    corrections: Side
    provisional: Provisional


def write_answer(*, pack: AnswerPack, told: Told) -> AnswerFiles:
    """Write `<sha256>.csv` and `<sha256>.pdf` into the pack's folder.

    Raises AnswerDoesNotFoot when receipts and ledger disagree, OSError when the disk is full or gone.
    """
    period = Period(pack.period, pack.starts_at, pack.ends_at, pack.time_zone)
    pack.folder.mkdir(parents=True, exist_ok=True)
    for left in range(TRIES - 1, -1, -1):
        try:
            return _write(pack, period, told)
        except AnswerDoesNotFoot:
            # A sale of this very period that was settled meanwhile is in one of the two only.
            now = receipts_between(pack.merchant_id, period, pack.currency)
            if not left or now[0] == pack.receipts_total:
                raise
    raise AssertionError("unreachable")


def _write(pack: AnswerPack, period: Period, told: Told) -> AnswerFiles:
    count, first, last = receipts_between(pack.merchant_id, period, pack.currency)
    pack.receipts_total = count
    told(0, count)
    tally = Tally()
    with part_file(folder=pack.folder) as data:
        lines = AnswerCsv(data, pack.currency)
        for rows in receipt_blocks(pack.merchant_id, period, pack.currency, first, last):
            for row in rows:
                _take(row, tally, lines)
            told(tally.receipts, count)
        side = ledger_side(pack.merchant_id, period, pack.currency)
        check_foots(tally, side.booked, side.journals)
        transfers = own_transfers(pack.asked_by_id, period, pack.currency) if pack.personal else []
        for one in transfers:
            lines.personal(one.transfer, one.happened_at, one.amount_minor)
        personal = _personal(transfers) if pack.personal else None
        found = candidates(tally, pack.figure_minor, side.paid_out_minor, personal)
        paper = answer_pdf(_answer(pack, period, tally, side, personal, found, lines.sha256))
        with part_file(folder=pack.folder) as drawn:
            drawn.write(paper)
            pdf_sha256 = hashlib.sha256(paper).hexdigest()
            keep_part(part=data, final=pack.folder / f"{lines.sha256}{CSV}")
            keep_part(part=drawn, final=pack.folder / f"{pdf_sha256}{PDF}")
    sync_folder(folder=pack.folder)
    return AnswerFiles(lines.sha256, pdf_sha256, found, tally.receipts, tally.corrections, side.provisional)


def _take(row: ReceiptRow, tally: Tally, lines: AnswerCsv) -> None:
    """One receipt, or what it changes of those before it."""
    body = _body(row.kept)
    slip = read_slip(body)
    if row.before:
        slip = changed_by(slip, [read_slip(_body(kept)) for kept in row.before])
    tally.add(slip, row.fee_minor)
    lines.receipt(
        slip,
        body,
        row.happened_at,
        row.fee_minor,
        branch=row.branch,
        till=row.till,
        reference=row.reference,
        receipt_sha256=row.kept.sha256,
        source_id=row.journal,
    )


def _body(kept: Kept) -> dict[str, Any]:
    """What a receipt says: its text must have the hash of its row, and that of its journal."""
    if not (hashlib.sha256(kept.body.encode()).hexdigest() == kept.sha256 == kept.booked_sha256):
        raise AnswerDoesNotFoot([f"receipt {kept.number}: its text is not the one that was booked"])
    body: dict[str, Any] = json.loads(kept.body)
    return body


def _personal(transfers: list[OwnTransfer]) -> Personal:
    got = [one.amount_minor for one in transfers if one.amount_minor > 0]
    gave = [-one.amount_minor for one in transfers if one.amount_minor < 0]
    return Personal(len(got), sum(got), len(gave), sum(gave))


def _answer(
    pack: AnswerPack,
    period: Period,
    tally: Tally,
    side: LedgerSide,
    personal: Personal | None,
    found: list[Candidate],
    csv_sha256: str,
) -> Answer:
    merchant = Merchant.objects.get(pk=pack.merchant_id)
    profile = TaxProfile.objects.filter(merchant=merchant).first()
    return Answer(
        legal_name=merchant.legal_name,
        trade_name=merchant.trade_name,
        tax_number=profile.tax_number if profile else "",
        places=[f"{branch.name}: {branch.place}, {branch.country}" for branch in branches_of(merchant)[:5]],
        period=period.label,
        first_day=period.first_day,
        last_day=period.last_day,
        time_zone=period.time_zone,
        made_on=pack.created_at.astimezone(ZoneInfo(pack.time_zone)).date(),
        asked_by=pack.asked_by.name or pack.asked_by.email,
        reference=pack.reference,
        note=pack.note,
        currency=pack.currency,
        figure_minor=pack.figure_minor,
        tally=tally,
        candidates=found,
        steps=steps(tally),
        paid_out_minor=side.paid_out_minor,
        personal=personal,
        others=side.others,
        provisional=side.provisional,
        csv_name=f"{pack.file_stem}{CSV}",
        csv_sha256=csv_sha256,
        journals=sum(side.journals.values()),
        rate_table=RATE_TABLE_VERSION,
    )
