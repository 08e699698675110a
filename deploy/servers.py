"""The two servers under the project: those whose URLs are given, else our own.

`DATABASE_URL` (with `DATABASE_OWNER_URL`) and `REDIS_URL` are each taken from the environment first.
"""

from pathlib import Path

from deploy.family import Family
from deploy.postgres import Postgres
from deploy.roles import APP, DATABASE, OWNER, make_roles
from deploy.valkey import Valkey


class Servers:
    """PostgreSQL and Valkey for one folder."""

    def __init__(self, home: Path, given: dict[str, str], family: Family, *, fast: bool = False) -> None:
        """`given`: the environment. `fast`: without durability, for tests."""
        self.given = given
        if given.get("DATABASE_URL") and not given.get("DATABASE_OWNER_URL"):
            raise SystemExit(
                "DATABASE_URL is set, DATABASE_OWNER_URL is not. Migrations need the owner of the tables.\n"
                "Set it too (docs/OPERATIONS.md), or unset DATABASE_URL for a PostgreSQL of our own."
            )
        self.postgres = None if given.get("DATABASE_URL") else Postgres(home / "postgres", family, fast=fast)
        self.valkey = None if given.get("REDIS_URL") else Valkey(home / "valkey", family, fast=fast)

    def start(self) -> None:
        """Return when both take connections and the roles are made."""
        if self.valkey:
            self.valkey.start()
        if self.postgres:
            self.postgres.start()
            make_roles(self.postgres.url("postgres", "postgres"))

    def environment(self) -> dict[str, str]:
        """What the project needs to reach them."""
        names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
        urls = {name: self.given[name] for name in names if self.given.get(name)}
        if self.postgres:
            urls["DATABASE_URL"] = self.postgres.url(APP, DATABASE)
            urls["DATABASE_OWNER_URL"] = self.postgres.url(OWNER, DATABASE)
        if self.valkey:
            urls["REDIS_URL"] = self.valkey.url
        return urls

    def stop(self) -> None:
        """Stop ours; those of others are left alone."""
        if self.valkey:
            self.valkey.stop()
        if self.postgres:
            self.postgres.stop()
