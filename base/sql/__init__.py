"""Loads the project's SQL files for migrations: one readable file a function or trigger.

`{app_role}` in a file becomes the quoted name of the application's database role.
"""

from pathlib import Path

from django.conf import settings
from django.db import connection


def load(folder: Path, name: str) -> str:
    """The text of `<folder>/<name>.sql`, ready for RunSQL."""
    text = (folder / f"{name}.sql").read_text(encoding="utf-8")
    return text.replace("{app_role}", connection.ops.quote_name(settings.APP_DATABASE_ROLE))
