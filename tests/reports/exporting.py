"""Ask for exports, by one person or by many who start together."""

import threading
from contextlib import closing

from django.db import connections

from reports.flows.request_export import request_export


def ask(trade, actor=None, **changes):
    wish = {"name": "transactions_csv", "period": "2026-11"} | changes
    actor = actor or trade.accountant
    return request_export(actor_id=actor.pk, merchant_id=trade.shop.merchant.pk, **wish)


def at_once(count, act):
    """Run `act` in threads that start together; what each returned."""
    barrier, answers = threading.Barrier(count), []

    def run():
        with closing(connections["default"]):
            barrier.wait()
            answers.append(act())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == count
    return answers
