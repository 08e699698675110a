"""Fill the demo: idempotent, about a thousand payments a month, through the flows."""

import time
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from config.demo.cast import VISITORS_CURRENCY
from config.demo.rates import rates
from config.demo.stage import Stage, set_stage
from config.demo.trade import fund, trade


class Command(BaseCommand):
    help = "Seed the demo's shops, people and back-dated payments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--months", type=int, default=1, help="blocks of thirty days (default 1)")

    def handle(self, *, months: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is no demo (QUITTANCE_DEMO=1): its people have known passwords.")
        if not 1 <= months <= 120:
            raise CommandError("--months takes 1 to 120.")
        started = time.monotonic()
        stages = set_stage()
        until = stages[0].merchant.created_at
        rates()
        fund(0, VISITORS_CURRENCY, until)
        # The shops trade side by side, each in a process of its own with its own connection.
        connections.close_all()
        shops = [stage for stage in stages if stage.plan.share]
        with ProcessPoolExecutor(max_workers=2, mp_context=get_context("fork")) as pool:
            for block in range(months):
                made = sum(pool.map(_trade, [block] * len(shops), shops, [until] * len(shops)))
                self.stdout.write(f"month {block + 1} of {months}: {made} payments made")
        self.stdout.write(f"demo ready in {time.monotonic() - started:.1f} s")


def _trade(block: int, stage: Stage, until: datetime) -> int:
    with connection.cursor() as cursor:
        # A demo that loses its last second in a power cut is seeded again at the next start.
        cursor.execute("SET synchronous_commit = off")
    return trade(block, stage, until)
