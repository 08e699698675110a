"""The exports we can write: one module each, one line each.

To add one: write `reports/formats/<name>.py`, name it here, and add a golden file to `tests/golden`.
A name is at most 30 characters and is never changed: it stands in the rows of exports.
"""

from reports.formats.base import Format
from reports.formats.transactions_csv import TransactionsCsv

FORMATS: dict[str, Format] = {
    "transactions_csv": TransactionsCsv(),
    "transactions_csv_bom": TransactionsCsv(bom=True, label="Transactions, CSV for Excel"),
}
