"""What the looks at the books have found; for operators, 404 for everybody else."""

from dataclasses import dataclass

from merchants.models import Merchant
from merchants.queries import Actor, operator_for
from reports.models import BooksFinding, BooksLook


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that the last look still found. shop: the merchant's name, "" where it is nobody's."""

    finding: BooksFinding
    shop: str


def last_look(actor: Actor) -> BooksLook | None:
    """The newest look at the books; two queries."""
    operator_for(actor)
    return BooksLook.objects.order_by("-id").first()


def open_findings(actor: Actor, *, limit: int = 200) -> list[OpenFinding]:
    """What is wrong now, oldest first; three queries."""
    operator_for(actor)
    rows = list(BooksFinding.objects.filter(gone_at=None).order_by("found_at", "id")[:limit])
    shops = Merchant.objects.filter(pk__in={row.shard_key for row in rows if row.shard_key})
    names = dict(shops.values_list("pk", "trade_name"))
    return [OpenFinding(row, names.get(row.shard_key, "") if row.shard_key else "") for row in rows]
