"""Alarm clocks of people."""

from celery import shared_task

from people.flows.sweep_sessions import sweep_sessions as flow_sweep_sessions


@shared_task
def sweep_sessions() -> None:
    flow_sweep_sessions()
