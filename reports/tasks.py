"""Alarm clocks of the exports."""

from uuid import UUID

from celery import shared_task

from reports.flows.build_export import build_export as flow_build_export
from reports.flows.build_pack import build_pack as flow_build_pack
from reports.flows.build_packs import build_packs as flow_build_packs
from reports.flows.build_queued import build_queued as flow_build_queued
from reports.flows.run_schedules import run_schedules as flow_run_schedules
from reports.flows.tell_runs import tell_runs as flow_tell_runs
from reports.flows.watch_books import watch_books as flow_watch_books
from reports.flows.watch_thresholds import watch_thresholds as flow_watch_thresholds

# Shorter than the broker's visibility timeout.
LONGEST_LOOK = 900


@shared_task(time_limit=LONGEST_LOOK, soft_time_limit=LONGEST_LOOK - 30)
def build_export(export_id: str) -> bool:
    return flow_build_export(export_id=UUID(export_id))


@shared_task(time_limit=LONGEST_LOOK, soft_time_limit=LONGEST_LOOK - 30)
def build_queued() -> int:
    return flow_build_queued()


@shared_task
def build_pack(pack_id: str) -> bool:
    return flow_build_pack(pack_id=UUID(pack_id))


@shared_task
def build_packs() -> int:
    return flow_build_packs()


@shared_task
def run_schedules() -> int:
    """What is due is made, what is ready is told."""
    return flow_run_schedules() + flow_tell_runs()


@shared_task(time_limit=LONGEST_LOOK, soft_time_limit=LONGEST_LOOK - 30)
def watch_books() -> int | None:
    return flow_watch_books()


@shared_task(time_limit=LONGEST_LOOK, soft_time_limit=LONGEST_LOOK - 30)
def watch_thresholds() -> int:
    return flow_watch_thresholds()
