"""`./run faults [--seconds S] [--seed N] [--control NAME]`: the fault run, from an empty folder to a verdict.

The last line is one JSON object. Exit 0 only when nothing was lost, doubled, stuck, unknown or wrong and the
books are clean; of a control only when the oracle found the fault that was planted.
"""

import argparse
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from deploy import environment
from deploy.environment import MANAGE, PYTHON, without_owner
from deploy.family import Process
from tests.faults.chaos import Chaos, rings_waiting
from tests.faults.controls import CONTROLS, Control
from tests.faults.log import DONE, PAYMENT, REFUND, read
from tests.faults.oracle import KINDS, Books, Verdict, findings, judge, read_back
from tests.faults.plan import Plan
from tests.faults.servers import DJANGO, House

PATIENCE_SECONDS = 120.0
EVIDENCE_LINES = 20
# Whatever an environment says about servers and data is not this run's.
NOT_OURS = {*environment.NEEDED, "QUITTANCE_TEST_ROLE", "EXPORT_DIR", "EMAIL_HOST", "DATABASE_POOL"}


class Run:
    """One fault run over a house of its own."""

    def __init__(self, house: House, seconds: int, seed: int, control: Control | None) -> None:
        self.house, self.seconds, self.seed, self.control = house, seconds, seed, control
        self.folder = house.folder.path
        self.faults: dict[str, int] = {}
        self.most_rings = 0
        self.broke_off = ""

    def prepare(self) -> None:
        """Servers, schema, people and codes, the service."""
        given = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        self.house.start(given)
        payers, orders = max(48, self.seconds // 2), max(600, self.seconds * 45)
        numbers = [str(number) for number in (payers, orders, self.seed)]
        stage = [PYTHON, "-c", DJANGO.format("stage"), str(self.folder / "plan.json"), *numbers]
        self.house.run("stage", stage, without_owner(self.house.env))
        if self.control:
            self.control.prepare(self.house)
        self.house.serve()

    def carry_out(self) -> None:
        """The fire and the calm after it. What breaks it off is kept: the books are read all the same."""
        try:
            timed(self.fire)
            timed(self.settle_down)
        except (Exception, SystemExit) as error:
            self.broke_off = f"{type(error).__name__}: {error}"
            print(self.broke_off, flush=True)

    def fire(self) -> None:
        """Clients pay, faults happen; at the end all is let go and nothing new is begun."""
        numbers = [str(number) for number in (self.seed, *self.house.ports)]
        command = [PYTHON, "-m", "tests.faults.clients", str(self.folder), *numbers]
        with (self.house.folder.logs / "clients.log").open("wb") as log:
            clients = self.house.family.spawn(
                command, env=without_owner(self.house.env), cwd=environment.ROOT, stdout=log, stderr=log
            )
        if self.control:
            self.tended(self.seconds)
            self.control.finale(self.house, clients, self.tended)
        else:
            self.wreak(clients)
        self.wait_for_clients(clients, log.name)

    def wreak(self, clients: Process) -> None:
        """The schedule, to its last fault."""
        began, chaos = time.monotonic(), Chaos(self.house, self.seconds, self.seed)
        try:
            while (elapsed := time.monotonic() - began) < self.seconds or chaos.due:
                assert elapsed < self.seconds + PATIENCE_SECONDS, f"these found no target: {chaos.due}"
                assert clients.poll() is None, f"the clients have ended: {clients.poll()}"
                chaos.tick(elapsed)
                self.tended(0.1)
        finally:
            chaos.thaw(everything=True)  # what is frozen for ever could not even be ended
            self.faults = {**chaos.done, "echoes": echoes(self.folder)}

    def wait_for_clients(self, clients: Process, log: str) -> None:
        """They end by themselves when each request has its answer."""
        if clients.poll() is None:
            clients.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while clients.poll() is None and time.monotonic() < deadline:
            self.tended(0.1)
        assert clients.poll() == 0, f"the clients did not end well ({clients.poll()}): see {log}"

    def settle_down(self) -> None:
        """Return when nothing is promised and no ring unheard any more, or patience has ended."""
        deadline = time.monotonic() + (self.control.patience if self.control else PATIENCE_SECONDS)
        while (self.promised() or rings_waiting(self.house)) and time.monotonic() < deadline:
            self.tended(0.5)

    def tended(self, seconds: float) -> None:
        """Wait, starting again whatever dies meanwhile."""
        until = time.monotonic() + seconds
        while True:
            self.house.tend()
            self.most_rings = max(self.most_rings, rings_waiting(self.house))
            if (left := until - time.monotonic()) <= 0:
                return
            time.sleep(min(0.1, left))

    def promised(self) -> int:
        """How many payments are not settled; unknown counts as one."""
        try:
            with self.house.superuser() as cursor:
                cursor.execute("SELECT count(*) FROM payments_payment WHERE state = 'promised'")
                return int((cursor.fetchone() or (1,))[0])
        except psycopg.OperationalError:
            return 1

    # --- the verdict ------------------------------------------------------------------------

    def judge(self) -> tuple[dict[str, object], Verdict]:
        """The last line and its evidence. What cannot be read back is unknown; so is a run that broke off."""
        asked, counts = read(self.folder)
        books: Books | None = None
        try:
            books = read_back(self.house)
            ages = settlement_ages(self.house)
            audit = [*MANAGE, "audit_ledger"]
            _, said = self.house.family.run(audit, env=without_owner(self.house.env), cwd=environment.ROOT)
        except (psycopg.Error, AssertionError) as error:
            ages, said = f"not read: {error}", ""
        verdict = judge(asked, books, Plan.read(self.folder / "plan.json").payers)
        if self.broke_off:
            verdict.find("unknown", f"the run broke off: {self.broke_off}")
        if rings := rings_waiting(self.house):
            verdict.find("stuck", f"{rings} rings lie in the broker: no worker hears them")
        (self.house.folder.logs / "audit.log").write_text(said)
        print(f"settlement age {ages}; most rings waiting {self.most_rings}")
        print(f"answers above 499: {counts.pop('answers_5xx', 0)}; no answer: {counts.pop('unanswered', 0)}")
        print(f"starts: {self.house.keeper.starts}; other counts: {counts}")
        yes = [one.kind for one in asked if one.status == DONE]
        line = {
            "payments": yes.count(PAYMENT),
            "refunds": yes.count(REFUND),
            "faults": self.faults,
            **{kind: verdict.counts[kind] for kind in KINDS},
            "audit": findings(said),
            "seed": self.seed,
            "seconds": self.seconds,
        }
        return line, verdict


def echoes(folder: Path) -> int:
    """How often a refund's journal was posted once more."""
    path = folder / "echoes"
    return path.stat().st_size if path.exists() else 0


def settlement_ages(house: House) -> str:
    """How long a promise waited for its settlement, in seconds."""
    with house.superuser() as cursor:
        cursor.execute(
            "SELECT percentile_cont(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY extract(epoch FROM"
            " settled_at - created_at)) FROM payments_payment WHERE settled_at IS NOT NULL"
        )
        p50, p99, most = (cursor.fetchone() or ([0, 0, 0],))[0] or (0, 0, 0)
        return f"p50 {p50:.2f} s, p99 {p99:.2f} s, most {most:.2f} s"


def passed(line: dict[str, object], control: Control | None) -> bool:
    """A run must have paid and refunded and found nothing; a control must have found its own kind."""
    if control:
        return bool(line[control.must_find])
    return (
        bool(line["payments"] and line["refunds"])
        and not any(line[kind] for kind in KINDS)
        and line["audit"] == "clean"
    )


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", allow_abbrev=False)
    parser.add_argument("--seconds", type=int, help="how long clients pay under fire (default 600)")
    parser.add_argument("--seed", type=int, help="repeat the schedule of another run")
    parser.add_argument("--control", choices=sorted(CONTROLS), help="take a guard away: it must be found")
    parser.add_argument("--keep", action="store_true", help="keep the folder with its logs and data")
    return parser.parse_args()


def main() -> int:
    asked = options()
    control = CONTROLS.get(asked.control)
    seconds = asked.seconds or (control.seconds if control else 600)
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    print(f"fault run of {seconds} s, seed {seed}{f', without {asked.control}' if control else ''}")
    var = environment.ROOT / "var"
    var.mkdir(mode=0o700, exist_ok=True)
    house = House(
        Path(tempfile.mkdtemp(prefix="faults-", dir=var)), without=control.without if control else ()
    )
    good = False
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        run = Run(house, seconds, seed, control)
        timed(run.prepare)
        run.carry_out()
        line, verdict = run.judge()
        print(*verdict.evidence[:EVIDENCE_LINES], sep="\n")
        good = passed(line, control)
        if control:
            print(f"control {asked.control}: {'found' if good else 'MISSED'}")
    finally:
        house.stop()
        if good and not asked.keep:
            shutil.rmtree(house.folder.path)
        else:
            print(f"kept for a look: {house.folder.path}")
    print(json.dumps(line), flush=True)
    return 0 if good else 1


def timed(act: Callable[[], None]) -> None:
    """Run one part and say how long it took."""
    began = time.monotonic()
    act()
    print(f"{act.__name__}: {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
