"""Loads the project's SQL files for migrations: one readable file a function or trigger.

`{app_role}` in a file becomes the quoted name of the application's database role. What a migration
(0008) replaces is kept in `replaced/0008` as it was, for the way back and for the migrations before it.
"""

from pathlib import Path

from django.conf import settings
from django.db import connection


def load(folder: Path, name: str, *, at: str = "") -> str:
    """The text of `<folder>/<name>.sql`, ready for RunSQL.

    at: number of a migration ("0002"): the text that was in force once that one had run.
    """
    text = _file(folder, name, at).read_text(encoding="utf-8")
    return text.replace("{app_role}", connection.ops.quote_name(settings.APP_DATABASE_ROLE))


def _file(folder: Path, name: str, at: str) -> Path:
    if at:
        for later in sorted((folder / "replaced").iterdir()):
            if later.name > at and (later / f"{name}.sql").exists():
                return later / f"{name}.sql"
    return folder / f"{name}.sql"
