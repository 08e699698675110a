"""The var folder of one checkout: its lock, its kept port, its keys, and what runs in it now.

One launcher owns the folder's servers at a time; `./run manage` may use them meanwhile.
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import IO

KEY_LINES = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "PIN_PEPPERS": lambda: f"1:{secrets.token_hex(32)}",
    "CODE_KEYS": lambda: f"1:{secrets.token_hex(32)}",
    "RECEIPT_KEYS": lambda: f"1:{secrets.token_hex(32)}",
}


class Folder:
    """`var/`: nothing in it is for other users of the machine."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.lock_file: IO[str] = (self.path / "lock").open("a+")
            self.users_file: IO[str] = (self.path / "users.lock").open("a+")
        except PermissionError as error:
            raise SystemExit(
                f"{error.filename} belongs to another user: run as that user, or in a copy."
            ) from None
        self.logs = self.path / "log"
        self.logs.mkdir(exist_ok=True)

    # --- who runs here --------------------------------------------------------------------

    def lock(self, purpose: str) -> bool:
        """Become the owner of the folder's servers. False when a living launcher is it already.

        After a kill -9 the guard of the old launcher holds the lock for its last seconds: wait for it.
        """
        deadline = time.monotonic() + 10
        while not try_lock(self.lock_file, fcntl.LOCK_EX):
            if is_alive(self.holder()[0]) or time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        self.lock_file.seek(0)
        self.lock_file.truncate()
        self.lock_file.write(f"{os.getpid()} {purpose}\n")
        self.lock_file.flush()
        (self.path / "running.json").unlink(missing_ok=True)
        return True

    def holder(self) -> tuple[int, str]:
        """The process that holds the lock, or held it last, and what for."""
        self.lock_file.seek(0)
        pid, _, purpose = self.lock_file.read().strip().partition(" ")
        return int(pid or 0), purpose

    def publish(self, environment: dict[str, str]) -> None:
        """Let `./run manage` find the servers. Readable by nobody else: it holds passwords."""
        write_private(self.path / "running.json", json.dumps(environment, indent=1))

    def unpublish(self) -> None:
        """Before the servers stop: wait for those who use them (they hold the users' lock, shared)."""
        if not try_lock(self.users_file, fcntl.LOCK_EX):
            print("Waiting: another ./run manage uses these servers.", flush=True)
            fcntl.flock(self.users_file, fcntl.LOCK_EX)
        (self.path / "running.json").unlink(missing_ok=True)
        fcntl.flock(self.users_file, fcntl.LOCK_UN)

    def join(self) -> dict[str, str] | None:
        """The environment of the servers that run here; they are kept until this process ends.

        None when they have just been stopped.
        """
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            fcntl.flock(self.users_file, fcntl.LOCK_SH)
            try:
                environment: dict[str, str] = json.loads((self.path / "running.json").read_text())
            except (FileNotFoundError, json.JSONDecodeError):
                fcntl.flock(self.users_file, fcntl.LOCK_UN)
                if not is_alive(self.holder()[0]):
                    return None
                time.sleep(0.1)
            else:
                os.set_inheritable(self.users_file.fileno(), True)
                return environment
        raise SystemExit("The servers of this folder are being started, but do not come up: see var/log/.")

    # --- what is kept ---------------------------------------------------------------------

    def kept_port(self) -> int | None:
        """The port of the first start: printed posters carry it."""
        try:
            return int((self.path / "port").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def keep_port(self, port: int) -> None:
        """Only the first port is kept."""
        if self.kept_port() is None:
            (self.path / "port").write_text(f"{port}\n")

    def keys(self) -> dict[str, str]:
        """The keys that stand outside the database, made at the first start and never replaced."""
        path = self.path / "secrets.env"
        kept = read_env_file(path)
        missing = {name: make() for name, make in KEY_LINES.items() if name not in kept}
        if missing:
            kept |= missing
            write_private(path, "".join(f"{name}={value}\n" for name, value in kept.items()))
        return kept

    def delete(self) -> None:
        """Forget everything. The caller holds the lock."""
        shutil.rmtree(self.path)


def try_lock(file: IO[str], kind: int) -> bool:
    """Take the lock if that needs no waiting."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_alive(pid: int) -> bool:
    """Whether a process of this number exists (somebody else's, perhaps)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0


def write_private(path: Path, text: str) -> None:
    """Write for the owner's eyes only, all or nothing."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def read_env_file(path: Path) -> dict[str, str]:
    """KEY=VALUE lines; `#` lines, `export ` and quotes are allowed. {} without a file."""
    values: dict[str, str] = {}
    if not path.exists():
        return values
    for number, raw in enumerate(path.read_text().splitlines(), start=1):
        line = raw.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise SystemExit(f"{path}, line {number}: write NAME=value.")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        values[name.strip()] = value
    return values
