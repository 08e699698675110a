"""The receipts of an answer pack, one line each, and the asker's own transfers where they were asked for.

RFC 4180, UTF-8, ISO dates, "." decimals with all minor units. Refunds are negative. Numbers are never
guarded against spreadsheets, texts are: they come so from the query. Equal rows give equal bytes.
"""

import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

from reports.core.answer import REASONS, Slip
from wallets.core.money import format_minor

COLUMNS = (
    "kind", "receipt_no", "corrects", "happened_at", "local_time", "time_zone", "branch", "till", "reference",
    "currency", "taxable_net", "tax_amount", *(f"untaxed_{reason}" for reason in REASONS),
    "gross", "tip", "total", "fee", "personal_transfer", "taxes", "receipt_sha256", "source_id",
)  # fmt: skip


class AnswerCsv:
    """Writes lines to a file of bytes and keeps their hash."""

    def __init__(self, out: IO[bytes], currency: str) -> None:
        self._out, self._currency, self._digest = out, currency, hashlib.sha256()
        self.rows = 0
        self._line(dict(zip(COLUMNS, COLUMNS, strict=True)))

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def receipt(
        self, slip: Slip, body: Mapping[str, Any], happened_at: datetime, fee_minor: int, **texts: str | UUID
    ) -> None:
        """One receipt. texts: branch, till, reference (safe for spreadsheets), receipt_sha256, source_id."""
        self.rows += 1
        self._line(
            texts
            | {
                "kind": slip.kind,
                "receipt_no": slip.number,
                "corrects": body["corrects"] or "",
                "happened_at": _instant(happened_at),
                "local_time": body["local_time"],
                "time_zone": body["time_zone"],
                "currency": self._currency,
                "taxable_net": self._money(slip.taxable_net_minor),
                "tax_amount": self._money(slip.tax_minor),
                "gross": self._money(slip.gross_minor),
                "tip": self._money(slip.tip_minor),
                "total": self._money(slip.total_minor),
                "fee": self._money(fee_minor),
                "taxes": self._taxes(slip),
            }
            | {f"untaxed_{reason}": self._money(slip.untaxed.get(reason, 0)) for reason in REASONS}
        )

    def personal(self, transfer: UUID, happened_at: datetime, amount_minor: int) -> None:
        """One transfer between persons, received positive; no sale, so it is in no other column."""
        self.rows += 1
        self._line(
            {
                "kind": "personal_received" if amount_minor > 0 else "personal_sent",
                "happened_at": _instant(happened_at),
                "currency": self._currency,
                "personal_transfer": self._money(amount_minor),
                "source_id": transfer,
            }
        )

    def _taxes(self, slip: Slip) -> str:
        """ "VAT 19.0000 DE: 10.00 + 1.90; ..." """
        return "; ".join(
            f"{tax} {rate} {place}: {self._money(net)} + {self._money(minor)}"
            for (place, tax, rate), (net, minor) in slip.taxes.items()
        )

    def _money(self, minor: int) -> str:
        return format_minor(minor, self._currency)

    def _line(self, cells: Mapping[str, object]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerow([cells.get(name, "") for name in COLUMNS])
        line = text.getvalue().encode()
        self._out.write(line)
        self._digest.update(line)


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
