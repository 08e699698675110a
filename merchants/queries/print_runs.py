"""Print runs: found by an actor, listed for a shop, their codes in order; a file only when asked for."""

from uuid import UUID

from merchants.core.roles import Action
from merchants.models import Merchant, PrintRun, QrCode
from merchants.queries.shops import Actor, merchants_for, one


def print_run_for(actor: Actor, run_id: UUID, *, with_file: bool = False) -> PrintRun:
    """A run with its merchant and branch; one query."""
    rows = PrintRun.objects.select_related("merchant", "branch")
    rows = rows if with_file else rows.defer("content")
    return one(rows.filter(pk=run_id, merchant__in=merchants_for(actor, Action.MANAGE_CODES)))


def print_runs_of(merchant: Merchant, *, limit: int = 20) -> list[PrintRun]:
    """The newest runs of a shop; one query."""
    rows = PrintRun.objects.filter(merchant=merchant).select_related("branch").defer("content")
    return list(rows.order_by("-id")[:limit])


def codes_of_run(run: PrintRun) -> list[QrCode]:
    """The codes of a run in the order of its list, with what their sheets say; one query."""
    rows = QrCode.objects.filter(print_run__run=run).select_related("merchant", "branch", "till")
    codes = list(rows.order_by("print_run__place"))
    for code in codes:
        code.branch.merchant = code.merchant
    return codes
