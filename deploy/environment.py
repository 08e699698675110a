"""The environment of everything the launcher starts: the real one, then `.env`, then what var/ keeps.

The demo is on by default only over a database of our own: a database that was given is somebody's.
"""

import os
import sys
from pathlib import Path

from deploy.folder import Folder, read_env_file

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]
SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
KEYS = ("SECRET_KEY", "PIN_PEPPERS", "CODE_KEYS", "RECEIPT_KEYS")
NEEDED = (*SERVERS, *KEYS, "BASE_URL", "ALLOWED_HOSTS", "QUITTANCE_DEMO", "QUITTANCE_VAR", "PORT")


def given() -> dict[str, str]:
    """`.env` of the checkout under the real environment."""
    return {**read_env_file(ROOT / ".env"), **os.environ}


def var_folder(environment: dict[str, str]) -> Folder:
    """`QUITTANCE_VAR`, else `var/` of the checkout."""
    return Folder(Path(environment.get("QUITTANCE_VAR") or ROOT / "var"))


def complete(
    environment: dict[str, str], folder: Folder, servers: dict[str, str], base_url: str
) -> dict[str, str]:
    """The whole environment of the project: nothing in it is missing, what was given stays."""
    defaults = {
        **folder.keys(),
        "BASE_URL": base_url,
        "QUITTANCE_DEMO": "0" if environment.get("DATABASE_URL") else "1",
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **environment, **servers, "QUITTANCE_VAR": str(folder.path)}


def shared(whole: dict[str, str]) -> dict[str, str]:
    """What `./run manage` in another terminal must know: ours, but not the rest of somebody's environment."""
    return {name: value for name, value in whole.items() if name in NEEDED or name not in os.environ}


def without_owner(environment: dict[str, str]) -> dict[str, str]:
    """For processes that serve: the key to the tables' owner is not theirs."""
    return {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}
