"""Find the exports that wait and build them: the truth is in the rows, a ring only makes it quicker."""

from base.ids import database_now
from reports.flows.build_export import build_export, due


def build_queued(*, limit: int = 5) -> int:
    """Build up to `limit` exports that are due, oldest first; return how many were finished."""
    waiting = due(database_now()).order_by("id").values_list("pk", flat=True)[:limit]
    return sum(build_export(export_id=export_id) for export_id in list(waiting))
