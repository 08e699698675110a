"""The `datapackage.json` beside a CSV: columns, hash, row count and totals (Data Package 2.0).

Totals stand here and not in the CSV, where a program would import them as one more sale. They equal the
ledger, or the export has failed. What is ours and not the standard's stands under "quittance".
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reports.core.totals import Totals
from reports.formats.base import About, Column, Written
from wallets.core.money import format_minor

SCHEMA_VERSION = "1"
PROFILES = "https://datapackage.org/profiles/2.0"
_DIALECT = {
    "$schema": f"{PROFILES}/tabledialect.json",
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}


def data_package(
    columns: Sequence[Column], file_name: str, written: Written, about: About, totals: Totals
) -> bytes:
    """The descriptor as UTF-8 JSON; file_name is the CSV's name, beside which it is to lie."""
    resource = {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": "transactions",
        "type": "table",
        "path": file_name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.size,
        "hash": f"sha256:{written.sha256}",
        "dialect": _DIALECT,
        "schema": {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [_field(column) for column in columns],
            "primaryKey": ["row_id"],
            "missingValues": [""],
        },
    }
    package = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": f"transactions-{about.period.label.lower()}",
        "title": f"{about.legal_name}: transactions {about.period.label}",
        "resources": [resource],
        "quittance": {
            "schema_version": SCHEMA_VERSION,
            "rate_table": about.rate_table,
            "merchant": {"legal_name": about.legal_name, "country": about.country},
            "period": {
                "label": about.period.label,
                "starts_at": about.period.starts_at.isoformat(),
                "ends_at": about.period.ends_at.isoformat(),
                "time_zone": about.period.time_zone,
            },
            **_ledger(about),
            "rows": written.rows,
            "totals": _totals(totals.columns),
            "taxes": _taxes(totals),
        },
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"


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
