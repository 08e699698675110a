"""`./run`: servers, schema, demo, then web, worker, beat and settle_loop until somebody says stop.

It ends as a whole: on Ctrl-C or SIGTERM within five seconds, on the first process that ends, and by
its guard on kill -9. Valkey is the one exception: payments go on without it, and it is started again.
"""

import argparse
import http.client
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from deploy import environment, ports
from deploy.environment import MANAGE, PYTHON, without_owner
from deploy.family import Family
from deploy.folder import Folder
from deploy.servers import Servers
from deploy.supervisor import Child, Starter, Supervisor

CHILD_PATIENCE = 2.5  # then PostgreSQL has two seconds: the whole takes less than five
VALKEY_PAUSE = 30.0
WEB_THREADS = "10"
MOST_WEB_PROCESSES = 2
HTTP_LEAVES_OFF = (
    "NOTE: this is plain http on your local network. Left off until there is https: scanning with the\n"
    "camera inside the page (the phone's own camera app works), the installable app, passkeys,\n"
    "secure cookies. Anybody on this network can read what you type: demo log-ins only."
)


class Stopped(Exception):
    """Ctrl-C, SIGTERM, or the terminal was closed."""


def start(arguments: list[str]) -> None:
    """The whole story of `./run`."""
    began = float(os.environ.pop("QUITTANCE_STARTED", time.monotonic()))
    options = read_options(arguments)
    given = environment.given()
    folder = environment.var_folder(given)
    claim(folder)
    host = "0.0.0.0" if options.lan else "127.0.0.1"  # noqa: S104 - asked for with --lan
    held = ports.choose(folder, host, options.port or given.get("PORT") or None)
    port = held.getsockname()[1]
    folder.keep_port(port)
    name = ports.lan_address() if options.lan and not given.get("BASE_URL") else "127.0.0.1"
    catch_signals(stop_now)
    family = Family(keep=[folder.lock_file.fileno()])
    servers = Servers(folder.path, given, family)
    supervisor = Supervisor(family, folder.logs)
    try:
        servers.start()
        say(began, "servers are up")
        whole = environment.complete(given, folder, servers.environment(), f"http://{name}:{port}")
        whole["PORT"] = str(port)
        prepare(family, folder, whole, began)
        folder.publish(environment.shared(whole))
        serve(supervisor, whole, host, port)
        doors = step(family, folder, "doors", ["demo_doors"], without_owner(whole)) if demo(whole) else ""
        wait_until_ready(supervisor, port)
        held.close()
        welcome(doors, folder, servers, whole, lan=options.lan)
        print(f"ready http://127.0.0.1:{port} in {time.monotonic() - began:.1f} s", flush=True)
        watch(supervisor, servers)
    except Stopped:
        print("\nStopping ...", flush=True)
    finally:
        catch_signals(signal.SIG_IGN)
        supervisor.stop(CHILD_PATIENCE)
        servers.stop()
        (folder.path / "running.json").unlink(missing_ok=True)
        family.close()
    print("Stopped.", flush=True)


def read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run", allow_abbrev=False)
    parser.add_argument("--port", help="serve on this port")
    parser.add_argument("--lan", action="store_true", help="serve the local network, for a real phone")
    return parser.parse_args(arguments)


def claim(folder: Folder) -> None:
    """Own the folder, or say who does."""
    if not folder.lock("./run"):
        pid, purpose = folder.holder()
        raise SystemExit(
            f"{purpose} (process {pid}) already runs in {folder.path}.\n"
            f"Stop it first (Ctrl-C there, or: kill {pid}). For a second copy, clone into another folder."
        )


def stop_now(number: int, frame: object) -> None:
    """The first signal stops us; more of them are not heard while we stop."""
    catch_signals(signal.SIG_IGN)
    raise Stopped


def catch_signals(action: Callable[[int, object], None] | signal.Handlers) -> None:
    """Ctrl-C, SIGTERM and the closed terminal all mean one thing."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, action)


def demo(whole: dict[str, str]) -> bool:
    """Whether demo data is wanted."""
    return whole["QUITTANCE_DEMO"].lower() in ("1", "true", "yes")


def say(began: float, what: str) -> None:
    print(f"{time.monotonic() - began:5.1f} s  {what}", flush=True)


def prepare(family: Family, folder: Folder, whole: dict[str, str], began: float) -> None:
    """The schema as the owner, the demo as the app."""
    step(family, folder, "migrate", ["migrate", "--no-input"], whole)
    say(began, "the schema is up to date")
    if demo(whole):
        say(began, "seeding the demo (it takes a while at the first start)")
        step(family, folder, "seed_demo", ["seed_demo"], without_owner(whole))
        say(began, "the demo is seeded")


def step(family: Family, folder: Folder, name: str, command: list[str], whole: dict[str, str]) -> str:
    """Run one manage.py command to its end; what it said is returned, and kept in var/log/."""
    code, said = family.run([*MANAGE, *command], env=whole, cwd=environment.ROOT)
    log = folder.logs / f"{name}.log"
    log.write_text(said)
    if code:
        tail = "\n".join(said.splitlines()[-15:])
        raise SystemExit(f"manage.py {' '.join(command)} failed. The end of {log}:\n{tail}")
    return said


def serve(supervisor: Starter, whole: dict[str, str], host: str, port: int) -> None:
    """Start the processes of the service. None gets the owner's URL; only the web pools connections."""
    env = without_owner(whole)
    celery = [PYTHON, "-m", "celery", "--quiet", "-A", "config"]
    schedule = str(Path(whole["QUITTANCE_VAR"]) / "celerybeat-schedule")
    web = ["config.asgi:application", "--host", host, "--port", str(port), "--timeout-graceful-shutdown", "2"]
    # An address in the log would be personal data, and a line a request is slow.
    web.append("--no-access-log")
    defaults = {"DATABASE_POOL": WEB_THREADS, "WEB_CONCURRENCY": str(web_processes())}
    supervisor.start("web", [PYTHON, "-m", "uvicorn", *web], {**defaults, **env})
    worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    supervisor.start("worker", [*celery, *worker], env)
    supervisor.start("beat", [*celery, "beat", "--schedule", schedule, "--pidfile="], env)
    supervisor.start("settle", [*MANAGE, "settle_loop"], env)


def web_processes() -> int:
    """Python runs on one core a process. Two at most: the database and the workers want theirs too."""
    return min(os.cpu_count() or 1, MOST_WEB_PROCESSES)


def wait_until_ready(supervisor: Supervisor, port: int) -> None:
    """Return when a page is answered."""
    deadline = time.monotonic() + 60
    while not answers(port):
        supervisor.turn(0.1)
        complain(supervisor.first_end())
        if time.monotonic() > deadline:
            raise SystemExit(f"The web does not answer at port {port}: see {supervisor.logs / 'web.log'}")


def answers(port: int) -> bool:
    """Whether a page and the database behind it answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def watch(supervisor: Supervisor, servers: Servers) -> None:
    """Until a process ends or a signal comes. Valkey may end: it is started again after a pause."""
    valkey_due = 0.0
    while True:
        supervisor.turn(0.2)
        complain(supervisor.first_end())
        if servers.postgres and servers.postgres.process and servers.postgres.process.poll() is not None:
            raise SystemExit(f"PostgreSQL has ended, so the service stops: see {servers.postgres.log}")
        if servers.valkey and servers.valkey.process and servers.valkey.process.poll() is not None:
            if not valkey_due:
                valkey_due = time.monotonic() + VALKEY_PAUSE
                print(
                    f"valkey | has ended. Payments go on; it is started again in {VALKEY_PAUSE:.0f} s.",
                    flush=True,
                )
            elif time.monotonic() > valkey_due:
                valkey_due = 0.0
                servers.valkey.start()
                print("valkey | is up again.", flush=True)


def complain(ended: Child | None) -> None:
    """The service stops with the first process that ends, and says which one and its last words."""
    if ended:
        code = ended.process.returncode
        tail = "\n".join(ended.log.read_text(errors="replace").splitlines()[-3:])
        raise SystemExit(
            f"{ended.name} has ended (exit code {code}), so the service stops.\n"
            f"The end of {ended.log}:\n{tail}"
        )


def welcome(doors: str, folder: Folder, servers: Servers, whole: dict[str, str], *, lan: bool) -> None:
    """Where everything is, for somebody who sees this for the first time."""
    print(f"\n{doors.rstrip()}\n" if doors else "", flush=True)
    if servers.postgres:
        print(f"  psql      {servers.postgres.binaries / 'psql'} '{whole['DATABASE_URL']}'")
        print(f"  data      {servers.postgres.data}")
    print(f"  logs      {folder.logs}")
    print(f"  mails     {folder.path / 'mail'}")
    print("  stop      Ctrl-C here (or: kill " + str(os.getpid()) + ")")
    print("  reset     ./run reset   deletes the data, the keys and the mails")
    if lan:
        print(f"\n  on your phone: {whole['BASE_URL']}\n{HTTP_LEAVES_OFF}")
    print(flush=True)
