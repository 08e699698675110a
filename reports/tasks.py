"""Alarm clocks of the exports."""

from uuid import UUID

from celery import shared_task

from reports.flows.build_export import build_export as flow_build_export
from reports.flows.build_queued import build_queued as flow_build_queued


@shared_task
def build_export(export_id: str) -> bool:
    return flow_build_export(export_id=UUID(export_id))


@shared_task
def build_queued() -> int:
    return flow_build_queued()
