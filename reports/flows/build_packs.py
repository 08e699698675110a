"""Find the answer packs that wait and build them: the truth is in the rows, a ring only makes it quicker."""

from base.ids import database_now
from reports.flows.build_pack import build_pack, due


def build_packs(*, limit: int = 3) -> int:
    """Build up to `limit` packs that are due, oldest first; return how many were finished."""
    waiting = due(database_now()).order_by("id").values_list("pk", flat=True)[:limit]
    return sum(build_pack(pack_id=pack_id) for pack_id in list(waiting))
