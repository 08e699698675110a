"""Alarm clocks of the counter: no arguments but ids, safe to ring twice."""

from celery import shared_task

from payments.flows.expire import expire
from payments.flows.settle import BATCH, settle


@shared_task
def settle_due() -> int:
    """Settle until a batch comes back short."""
    done = 0
    while True:
        settled = settle()
        done += settled
        if settled < BATCH:
            return done


@shared_task
def expire_due() -> int:
    return expire()
