"""Copies a template's rows set-wise: fifty thousand promised payments in seconds, in any shape they have.

One payment of each shop is made by the product's own confirm; its rows are the templates. A copy is the
row again with the template's ids (payment, session, journal, person, wallet, account) replaced
wherever they stand, in columns, in arrays, and inside texts. A column that a later release adds is copied
like the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

IDS = ("payment", "session", "journal", "person", "wallet", "account")
# Rows of a promised payment, and how each is found from the template's ids.
PROMISED = {
    "payments_session": "t.id = s.session",
    "payments_payment": "t.id = s.payment",
    "payments_due": "t.payment_id = s.payment",
    "payments_saleline": "t.payment_id = s.payment",
    "wallets_hold": "t.payment = s.payment",
    "base_event": "t.subject = s.payment AND t.kind = 'payment.promised'",
    "base_idempotencykey": "t.scope = 'confirm:' || s.person",
}
PAYER = {
    "people_user": "t.id = s.person",
    "wallets_wallet": "t.id = s.wallet",
    "wallets_account": "t.id = s.account",
}
# UUIDv7 as the product makes them: new rows stand side by side in every index.
NEW_ID = """
CREATE FUNCTION bench_id(ms bigint DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex(ms), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;
CREATE TABLE bench_template (
    number bigint PRIMARY KEY, payment uuid, session uuid, journal uuid, person uuid, wallet uuid,
    account uuid
);
CREATE TABLE bench_todo (
    n bigint PRIMARY KEY, template bigint, ms bigint, payment uuid, session uuid, journal uuid,
    person uuid, wallet uuid, account uuid
);
"""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    own: bool  # the database gives it: a serial number


def keep_template(connection: psycopg.Connection[Any], number: int, ids: Mapping[str, UUID]) -> None:
    """Note the ids of one template; those that it has not are null."""
    connection.execute(
        "INSERT INTO bench_template VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [number, *(ids.get(name) for name in IDS)],
    )


def keep_rows(connection: psycopg.Connection[Any], tables: Mapping[str, str]) -> None:
    """Put the templates' rows aside, so that a copy never searches a grown table."""
    for table, where in tables.items():
        name = sql.Identifier(f"bench_t_{table}")
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        connection.execute(
            sql.SQL("CREATE TABLE {} AS "
                "SELECT s.number AS bench_number, t.* FROM bench_template s JOIN {} t ON {}")
            .format(name, sql.Identifier(table), sql.SQL(where))
        )  # fmt: skip
        connection.execute(sql.SQL("CREATE INDEX ON {} (bench_number)").format(name))


def copy_sql(
    connection: psycopg.Connection[Any], table: str, *, where: str, changed: Mapping[str, str] = {}
) -> str:
    """The INSERT that copies a template's row of `table` for each row of `bench_todo` that fits `where`.

    changed: SQL of columns that are something else in the copy.
    """
    columns = list(_columns(connection, table))
    row = connection.execute(
        sql.SQL("SELECT * FROM {} ORDER BY bench_number LIMIT 1").format(sql.Identifier(f"bench_t_{table}"))
    )
    assert row.description is not None
    names = [each.name for each in row.description]
    values = row.fetchone()
    assert values is not None, f"no template in {table}"
    sample = dict(zip(names, values, strict=True))
    template = connection.execute(
        f"SELECT {', '.join(IDS)} FROM bench_template WHERE number = %s",
        [sample["bench_number"]],
    ).fetchone()
    assert template is not None
    ids = {name: value for name, value in zip(IDS, template, strict=True) if value is not None}
    kept = [column for column in columns if not column.own]
    exprs = [changed.get(column.name) or _expression(column, sample[column.name], ids) for column in kept]
    listed = ", ".join(f'"{column.name}"' for column in kept)
    return (
        f"INSERT INTO {table} ({listed}) SELECT {', '.join(exprs)} FROM bench_todo b "
        f"JOIN bench_template s ON s.number = b.template "
        f"JOIN bench_t_{table} t ON t.bench_number = b.template "
        f"WHERE {where}"
    )


def copy(
    connection: psycopg.Connection[Any],
    tables: Sequence[str],
    *,
    low: int,
    high: int,
    changed: Mapping[str, str] = {},
) -> None:
    """Copy rows of these tables for the numbers low < n <= high."""
    for table in tables:
        connection.execute(
            copy_sql(connection, table, where=f"b.n > {low} AND b.n <= {high} ORDER BY b.n", changed=changed)
        )


def _columns(connection: psycopg.Connection[Any], table: str) -> Iterator[Column]:
    rows = connection.execute(
        """SELECT attname, format_type(atttypid, atttypmod), attidentity <> '' FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        ORDER BY attnum""",
        [table],
    )
    for name, kind, own in rows.fetchall():
        yield Column(name, kind, own)


def _expression(column: Column, value: Any, ids: Mapping[str, UUID]) -> str:
    """What stands in the copy's column, found from what stands in the template's."""
    there = f't."{column.name}"'
    if column.name in {"created_at", "date_joined"}:
        return "now()"
    if isinstance(value, UUID):
        same = next((name for name, known in ids.items() if known == value), None)
        return f"b.{same}" if same else "bench_id(b.ms)" if column.name == "id" else there
    if isinstance(value, list) and column.type == "uuid[]":
        for name, known in ids.items():
            if known in value:
                there = f"array_replace({there}, s.{name}, b.{name})"
        return there
    text = value if isinstance(value, str) else str(value) if column.type in {"json", "jsonb"} else ""
    named = [name for name, known in ids.items() if str(known) in text]
    if not named:
        return there
    there = f"{there}::text"
    for name in named:
        there = f"replace({there}, s.{name}::text, b.{name}::text)"
    return f"({there})::{column.type}"
