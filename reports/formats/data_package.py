"""The `datapackage.json` beside a file: columns, hash, row count and totals (Data Package 2.0).

Totals stand here and not in the table, where a program would import them as one more sale. They equal the
ledger, or the export has failed. What is ours and not the standard's stands under "quittance".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.core.periods import Period
from reports.core.totals import Totals
from reports.formats.base import About, Column, Source, Written
from reports.formats.transactions import COLUMNS
from wallets.core.money import format_minor

SCHEMA_VERSION = "1"
PROFILES = "https://datapackage.org/profiles/2.0"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file is written. dialect: of a table of text."""

    format: str
    media_type: str
    dialect: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds. columns: none where the file is no single table."""

    name: str
    kind: Kind
    columns: Sequence[Column] = ()
    primary_key: Sequence[str] = ()


CSV = Kind(
    "csv",
    "text/csv",
    {
        "$schema": f"{PROFILES}/tabledialect.json",
        "delimiter": ",",
        "lineTerminator": "\r\n",
        "quoteChar": '"',
        "doubleQuote": True,
        "header": True,
    },
)


def transactions_table(kind: Kind) -> Table:
    return Table("transactions", kind, COLUMNS, ("row_id",))


def data_package(
    table: Table,
    file_name: str,
    written: Written,
    source: Source,
    *,
    totals: Mapping[str, Mapping[str, int]] | None = None,
) -> bytes:
    """The descriptor as UTF-8 JSON; file_name is the data's name, beside which it is to lie.

    totals: of the file's own columns, where it does not have the rows of the whole period.
    """
    about, whole = source.about, source.totals
    ours = {
        "schema_version": SCHEMA_VERSION,
        "rate_table": about.rate_table,
        "merchant": {"legal_name": about.legal_name, "country": about.country},
        "period": period_told(about.period),
        **_ledger(about),
        "rows": written.rows,
        "stream_sha256": source.stream_sha256,
        "totals": _totals(whole.columns if totals is None else totals),
        "taxes": _taxes(whole) if totals is None else [],
    }
    title = f"{about.legal_name}: {table.name} {about.period.label}"
    return package_text(table, f"{table.name}-{about.period.label}", title, file_name, written, ours)


def package_text(
    table: Table, name: str, title: str, file_name: str, written: Written, ours: Mapping[str, Any]
) -> bytes:
    """The descriptor around one resource. name: made fit for the standard (lower case, ".", "-", "_")."""
    package = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": name.lower().replace("..", "-to-"),
        "title": title,
        "resources": [_resource(table, file_name, written)],
        "quittance": ours,
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"


def period_told(period: Period) -> dict[str, str]:
    return {
        "label": period.label,
        "starts_at": period.starts_at.isoformat(),
        "ends_at": period.ends_at.isoformat(),
        "time_zone": period.time_zone,
    }


def _resource(table: Table, file_name: str, written: Written) -> dict[str, Any]:
    kind = table.kind
    resource: dict[str, Any] = {"$schema": f"{PROFILES}/dataresource.json", "name": table.name}
    resource |= {"type": "table"} if table.columns else {}
    resource |= {
        "path": file_name,
        "format": kind.format,
        "mediatype": kind.media_type,
        "encoding": "utf-8",
        "bytes": written.size,
        "hash": f"sha256:{written.sha256}",
    }
    resource |= {"dialect": kind.dialect} if kind.dialect else {}
    if table.columns:
        resource["schema"] = {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [_field(column) for column in table.columns],
            "primaryKey": list(table.primary_key),
            "missingValues": [""],
        }
    return resource


def _ledger(about: About) -> dict[str, Any]:
    """Of a sealed period: what the ledger held when it was closed."""
    held = about.ledger
    if held is None:
        return {}
    return {
        "ledger": {"journals": held.journals, "head": held.head and str(held.head), "sha256": held.sha256}
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": column.description,
    }
    return field | ({"constraints": {"required": True}} if column.required else {})


def _totals(columns: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, str]]:
    """Amounts as text, as they stand in the CSV: {"net": {"EUR": "1094.00"}}."""
    return {
        name: {currency: format_minor(minor, currency) for currency, minor in found.items()}
        for name, found in columns.items()
    }


def _taxes(totals: Totals) -> list[dict[str, str]]:
    return [
        {
            "place": place,
            "tax": tax,
            "tax_rate": rate,
            "currency": currency,
            "tax_amount": format_minor(minor, currency),
        }
        for (currency, place, tax, rate), minor in sorted(totals.taxes.items())
    ]
