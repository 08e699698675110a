"""Reads the environment, once and loudly: a missing or malformed setting stops the start.

Nothing else in the project reads `os.environ`, so `.env.example` can be complete.
"""

import os
import sys
from collections.abc import Collection
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# These commands change the schema, so they work as the owner of the tables.
OWNER_COMMANDS = {"migrate", "makemigrations", "flush", "sqlmigrate", "showmigrations", "dbshell"}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None or (default is None and not value):
        raise ImproperlyConfigured(f"Set {name} (see .env.example).")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value not in {"0", "1", "true", "false", "yes", "no", ""}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


def whole(name: str, default: int, *, most: int | None = None) -> int:
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    if most is not None and int(value) > most:
        raise ImproperlyConfigured(f"{name} must be {most} at most, not {value}.")
    return int(value)


def one_of(name: str, allowed: Collection[str], default: str) -> str:
    value = os.environ.get(name) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default)


def keys(name: str) -> dict[int, bytes]:
    """`"2:<hex>,1:<hex>"` as {2: bytes, 1: bytes}: the first is used for new values, all are read."""
    found: dict[int, bytes] = {}
    for part in text(name).split(","):
        key_id, _, secret = part.strip().partition(":")
        try:
            found[int(key_id)] = bytes.fromhex(secret)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must look like 1:<64 hex digits>.") from None
    if any(len(secret) < 32 for secret in found.values()) or not all(0 <= k <= 255 for k in found):
        raise ImproperlyConfigured(f"{name}: each key needs an id of 0 to 255 and at least 32 bytes.")
    return found


def dated_keys(name: str) -> tuple[tuple[int, bytes, date | None], ...]:
    """`"2@2027-01-01:<hex>,1:<hex>"` as (id, 32 bytes, first day), newest first; the oldest has no day.

    A thing is signed by the newest key in force on its own day, so an old key is never taken away.
    """
    found: list[tuple[int, bytes, date | None]] = []
    for part in text(name).split(","):
        head, _, secret = part.strip().partition(":")
        key_id, _, since = head.partition("@")
        try:
            found.append((int(key_id), bytes.fromhex(secret), date.fromisoformat(since) if since else None))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} must look like 2@2027-01-01:<64 hex digits>,1:<64 hex digits>."
            ) from None
    if len({key_id for key_id, _, _ in found}) < len(found) or any(
        len(secret) != 32 or not 0 <= key_id <= 255 for key_id, secret, _ in found
    ):
        raise ImproperlyConfigured(f"{name}: each key needs its own id of 0 to 255, and 32 bytes.")
    *newer, oldest = (since for _, _, since in found)
    dated = [since for since in newer if since is not None]
    falling = all(later > earlier for later, earlier in pairwise(dated))
    if oldest is not None or len(dated) < len(newer) or not falling:
        raise ImproperlyConfigured(f"{name}: the newest key first, each with its first day but the oldest.")
    return tuple(found)


def database() -> dict[str, Any]:
    """The default database: the app's role, or the owner's for commands that change the schema."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    name = "DATABASE_URL"
    if command in OWNER_COMMANDS and os.environ.get("DATABASE_OWNER_URL"):
        name = "DATABASE_OWNER_URL"
    config: dict[str, Any] = dict(dj_database_url.parse(text(name)))
    options = config.setdefault("OPTIONS", {})
    # Tests connect as the owner but act as the app, so that they can plant faults.
    role = os.environ.get("QUITTANCE_TEST_ROLE")
    if command == "migrate":
        # A migration that cannot have its lock soon gives up, instead of letting payments queue behind it.
        options["options"] = "-c lock_timeout=2s"
    elif role:
        options["options"] = f"-c role={role}"
    # Values travel apart from the statement's text: the client splices nothing into SQL.
    options["server_side_binding"] = True
    # A statement that comes again keeps its plan: else planning is two thirds of the work.
    options["prepare_threshold"] = 3 if flag("DATABASE_PREPARED", default=True) else None
    config["CONN_HEALTH_CHECKS"] = True
    config["ATOMIC_REQUESTS"] = False
    pool = whole("DATABASE_POOL", 0)
    if pool and not role and command not in OWNER_COMMANDS:
        # The pool doubles its pause after each vain try. Giving up soon, and beginning anew with the next
        # request, the web is back seconds after its database, not as late again as the outage was long.
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 5, "reconnect_timeout": 2}
        config["CONN_MAX_AGE"] = 0
        # Somebody waits for each page: no statement of the web takes longer. A confirm's write, which is one
        # statement, has only this limit; longer transactions that move money set their own (`once`).
        options["options"] = "-c statement_timeout=5s"
        # A connection is looked at there, which costs no round trip a request as Django's check does.
        config["ENGINE"], config["CONN_HEALTH_CHECKS"] = "config.postgres", False
    return config
