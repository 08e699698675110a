"""Find the exports that wait and build them: the truth is in the rows, a ring only makes it quicker."""

import time

from base.ids import database_now
from reports.flows.build_export import build_export, due

# After so many seconds no other is begun: each is to have nearly all the time of a task.
ENOUGH = 20


def build_queued(*, limit: int = 5) -> int:
    """Build up to `limit` exports that are due, oldest first; return how many were finished."""
    waiting = due(database_now()).order_by("id").values_list("pk", flat=True)[:limit]
    began, built = time.monotonic(), 0
    for export_id in list(waiting):
        if time.monotonic() - began > ENOUGH:
            break
        built += build_export(export_id=export_id)
    return built
