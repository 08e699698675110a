"""Alarm clocks of the counter: no arguments but ids, safe to ring twice."""

from celery import shared_task
from django.conf import settings

from payments.flows.carry_payouts import carry_payouts as flow_carry_payouts
from payments.flows.correct_sales import BATCH as CORRECTIONS
from payments.flows.correct_sales import correct_sales as flow_correct_sales
from payments.flows.expire import expire
from payments.flows.remember_keys import remember_keys as flow_remember_keys
from payments.flows.settle import BATCH, settle
from payments.flows.share_out import BATCH as SHARES
from payments.flows.share_out import share_out
from payments.flows.sweep_shown import sweep_shown as flow_sweep_shown


@shared_task
def settle_due(lane: str = "") -> int:
    """Settle one lane, or each in turn, until a batch comes back short."""
    lanes = [int(lane)] if lane else range(settings.SETTLE_LANES)
    return sum(_settle_lane(each) for each in lanes)


def _settle_lane(lane: int) -> int:
    done = 0
    while True:
        settled = settle(lane=lane)
        done += settled
        if settled < BATCH:
            return done


@shared_task
def expire_due() -> int:
    return expire()


@shared_task
def remember_keys() -> int:
    return flow_remember_keys()


@shared_task
def sweep_shown() -> int:
    return flow_sweep_shown()


@shared_task
def correct_sales() -> int:
    """Correct until a batch comes back short: what cannot be corrected yet waits for the next time."""
    done = 0
    while True:
        looked = flow_correct_sales()
        done += looked
        if looked < CORRECTIONS:
            return done


@shared_task
def carry_payouts() -> int:
    return flow_carry_payouts()


@shared_task
def share_due() -> int:
    """Share out until a batch comes back short."""
    done = 0
    while True:
        moved = share_out()
        done += moved
        if moved < SHARES:
            return done
