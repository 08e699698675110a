"""The guard of a launcher: a small process that ends what the launcher started, should it be killed.

The launcher writes `pid signal` for each process (leader of its own group) and `pid 0` when it is
gone. When the pipe closes, for whatever reason, the guard signals the groups that are left and kills
the stubborn ones after three seconds. It holds the folder's lock (an inherited file) until then.
"""

import os
import signal
import sys
import time

PATIENCE = 3.0


def watch() -> dict[int, int]:
    """The groups still alive when the pipe closed: {group: the signal that ends it kindly}."""
    groups: dict[int, int] = {}
    for line in sys.stdin:
        pid, wish = map(int, line.split())
        if wish:
            groups[pid] = wish
        else:
            groups.pop(pid, None)
    return groups


def send(group: int, wish: int) -> bool:
    """True when somebody of the group was there to hear it."""
    try:
        os.killpg(group, wish)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group with nothing but zombies
        return False
    return True


def end(groups: dict[int, int]) -> None:
    """Ask every group to end, then make it."""
    for group, wish in groups.items():
        send(group, wish)
    deadline = time.monotonic() + PATIENCE
    while any([send(group, 0) for group in groups]) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        send(group, signal.SIGKILL)


if __name__ == "__main__":
    for deaf in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(deaf, signal.SIG_IGN)
    end(watch())
