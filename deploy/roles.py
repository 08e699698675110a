"""The two roles and the database, made once: the owner migrates, the app works.

The app's role is a member of nothing. The owner is a member of the app's role, so that tests can
connect as owner and act as app. Safe to repeat. docs/OPERATIONS.md has the same for production.
"""

import psycopg
from psycopg import sql

APP, OWNER, DATABASE = "quittance_app", "quittance_owner", "quittance"


def make_roles(superuser_url: str) -> None:
    """Have both roles and the database. `superuser_url` connects as PostgreSQL's superuser."""
    app, owner, database = map(sql.Identifier, (APP, OWNER, DATABASE))
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        if APP not in roles:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(app))
        if OWNER not in roles:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB IN ROLE {}").format(owner, app))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
