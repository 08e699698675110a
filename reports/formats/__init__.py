"""The exports we can write: one module each, one line each. FORMATS are a merchant's, PLATFORM_FORMATS the
operator's alone.

To add one: write `reports/formats/<name>.py`, name it here, and add a golden file to `tests/golden`.
A name is at most 30 characters and is never changed: it stands in the rows of exports.
"""

from reports.formats.base import Format, PlatformSource, Source
from reports.formats.daily_summary import DailySummary
from reports.formats.exceptions_csv import ExceptionsCsv
from reports.formats.inbound_report import InboundReport
from reports.formats.transactions_csv import TransactionsCsv
from reports.formats.transactions_jsonl import TransactionsJsonl
from reports.formats.workbook import Workbook

FORMATS: dict[str, Format[Source]] = {
    "transactions_csv": TransactionsCsv(),
    "transactions_csv_bom": TransactionsCsv(bom=True, label="Transactions, CSV for Excel"),
    "transactions_jsonl": TransactionsJsonl(),
    "daily_summary": DailySummary(),
    "xlsx": Workbook(),
    "exceptions_csv": ExceptionsCsv(),
}

PLATFORM_FORMATS: dict[str, Format[PlatformSource]] = {
    "inbound_report": InboundReport(),
}
