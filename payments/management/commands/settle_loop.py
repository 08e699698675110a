"""Settles by scanning, every second, without the broker: a lost Redis costs seconds, not money.

Runs beside the workers for ever. A database that is away is asked again; any other error ends the
process loudly, and whoever runs it starts it again.
"""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from payments.flows.settle import BATCH, settle

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Scan for promised payments and settle them, for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=1.0, help="seconds between scans (default 1)")

    def handle(self, *, every: float, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(every):
            scan(stop)


def scan(stop: threading.Event) -> int:
    """Settle all that is promised now; 0 when the database is away. Returns how many."""
    done = 0
    try:
        close_old_connections()
        for lane in range(settings.SETTLE_LANES):
            while not stop.is_set():
                settled = settle(lane=lane)
                done += settled
                if settled < BATCH:
                    break
    except (OperationalError, InterfaceError) as error:
        log.warning("database away or busy (%s): trying again", type(error).__name__)
        connection.close()
    return done
