"""Alarm clocks of the wallets: no arguments, safe to ring twice."""

from celery import shared_task

from wallets.flows.expire_asks import expire_asks as flow_expire_asks
from wallets.flows.fetch_fx_rates import fetch_fx_rates as flow_fetch_fx_rates
from wallets.flows.move_withdrawals import move_withdrawals as flow_move_withdrawals


@shared_task
def move_withdrawals() -> int:
    return flow_move_withdrawals()


@shared_task
def expire_asks() -> int:
    return flow_expire_asks()


@shared_task
def fetch_fx_rates() -> int:
    return flow_fetch_fx_rates()
