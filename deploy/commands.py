"""`./run manage`, `./run bench` and `./run reset`: one action each, over this folder's servers."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from deploy import environment
from deploy.environment import MANAGE, PYTHON, ROOT
from deploy.family import Family, in_foreground
from deploy.folder import Folder
from deploy.lint import NOWHERE
from deploy.postgres import forget
from deploy.servers import Servers

# These read and write text alone: they start at once, and work where no server can.
SERVERLESS = {"qr_decode", "qr_encode"}


def manage(arguments: list[str]) -> None:
    """Run manage.py over the servers of the running ./run, or over ours for as long as it takes."""
    given = environment.given()
    if arguments and arguments[0] in SERVERLESS:
        settings = {**NOWHERE, **{name: value for name, value in given.items() if value}}
        os.execvpe(PYTHON, [*MANAGE, *arguments], settings)  # noqa: S606
    folder = environment.var_folder(given)
    while not folder.lock("./run manage"):
        found = folder.join()
        if found:
            servers = {name: found[name] for name in environment.SERVERS}
            os.execvpe(PYTHON, [*MANAGE, *arguments], {**found, **os.environ, **servers})  # noqa: S606
    base_url = f"http://127.0.0.1:{folder.kept_port() or 8000}"
    sys.exit(over_servers(folder, given, base_url, [[*MANAGE, *arguments]]))


def bench(arguments: list[str]) -> None:
    """Run one benchmark on fresh servers with the durability of a real one, on the disk of this checkout."""
    names = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
    if not arguments or arguments[0] not in names:
        known = "\n".join(f"  ./run bench {name}" for name in names) or "  There is none yet in benchmarks/."
        print(f"Benchmarks:\n{known}")
        sys.exit(2 if arguments else 0)
    given = {name: value for name, value in os.environ.items() if name not in environment.SERVERS}
    place = Path(tempfile.mkdtemp(prefix="bench-", dir=environment.var_folder(given).path))
    try:
        given["DJANGO_SETTINGS_MODULE"] = "config.settings"
        script = [PYTHON, f"benchmarks/{arguments[0]}.py", *arguments[1:]]
        commands = [[*MANAGE, "migrate", "--no-input", "--verbosity=0"], script]
        sys.exit(over_servers(Folder(place), given, "http://127.0.0.1:8000", commands))
    finally:
        forget(place / "postgres")
        shutil.rmtree(place)


def over_servers(folder: Folder, given: dict[str, str], base_url: str, commands: list[list[str]]) -> int:
    """Start the servers of the folder, run the commands in the terminal, stop. The first bad exit code."""
    family = Family(keep=[folder.lock_file.fileno()])
    servers = Servers(folder.path, given, family)
    try:
        servers.start()
        whole = environment.complete(given, folder, servers.environment(), base_url)
        folder.publish(environment.shared(whole))
        for command in commands:
            if code := in_foreground(command, whole, ROOT):
                return code
        return 0
    finally:
        folder.unpublish()
        servers.stop()
        family.close()


def reset(arguments: list[str]) -> None:
    """Delete var/. Asks, unless told `--yes`; refuses while something runs there."""
    given = environment.given()
    if given.get("DATABASE_URL"):
        raise SystemExit(
            "DATABASE_URL is set: ./run reset only knows the demo's own data, and deleted nothing."
        )
    if unknown := [each for each in arguments if each != "--yes"]:
        raise SystemExit(f"./run reset takes --yes and nothing else, not {' '.join(unknown)}.")
    folder = environment.var_folder(given)
    if not folder.lock("./run reset"):
        pid, purpose = folder.holder()
        raise SystemExit(
            f"{purpose} (process {pid}) runs in {folder.path}. Stop it first; nothing was deleted."
        )
    if "--yes" not in arguments:
        print(f"This deletes {folder.path}: the data, the keys and the mails. Printed codes stop working.")
        if input("Type yes to go on: ").strip().lower() != "yes":
            raise SystemExit("Nothing was deleted.")
    forget(folder.path / "postgres")
    folder.delete()
    print(f"Deleted {folder.path}. ./run makes a new one.")
