"""Fill the demo: idempotent, about a thousand payments a month, through the flows."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.demo.stage import set_stage
from config.demo.trade import trade


class Command(BaseCommand):
    help = "Seed the demo's shops, people and back-dated payments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--months", type=int, default=1, help="blocks of thirty days (default 1)")

    def handle(self, *, months: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is no demo (QUITTANCE_DEMO=1): its people have known passwords.")
        if not 1 <= months <= 120:
            raise CommandError("--months takes 1 to 120.")
        with connection.cursor() as cursor:
            # A demo that loses its last second in a power cut is seeded again at the next start.
            cursor.execute("SET synchronous_commit = off")
        started = time.monotonic()
        stages = set_stage()
        until = stages[0].merchant.created_at
        for block in range(months):
            made = 0
            for made in trade(block, stages, until):
                self.stdout.write(f"month {block + 1} of {months}: {made} payments")
            if not made:
                self.stdout.write(f"month {block + 1} of {months} is there")
        self.stdout.write(f"demo ready in {time.monotonic() - started:.1f} s")
