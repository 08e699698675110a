"""Alarm clocks of the shop's desk: no arguments, safe to ring twice."""

from celery import shared_task

from merchants.flows.draw_print_run import draw_queued as flow_draw_queued


@shared_task
def draw_queued() -> int:
    return flow_draw_queued()
