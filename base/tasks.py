"""Alarm clocks of the ground floor."""

from celery import shared_task

from base.flows.make_months import make_months as flow_make_months
from base.flows.send_notices import send_notices as flow_send_notices
from base.flows.sweep_notices import sweep_notices as flow_sweep_notices


@shared_task
def send_notices() -> int:
    return flow_send_notices()


@shared_task
def sweep_notices() -> int:
    return flow_sweep_notices()


@shared_task
def make_months() -> None:
    flow_make_months()
