"""What closed periods say that they change of earlier ones, for the file of exceptions.

Apart from the pages' queries: whoever writes an export loads nothing that only a page needs.
"""

from collections.abc import Iterator
from uuid import UUID

from reports.core.periods import Period
from reports.core.seals import ListedChange
from reports.models import BooksException


def listed_changes(merchant_id: UUID, period: Period) -> Iterator[ListedChange]:
    """The exceptions of all closed periods that lie in this one, in the order in which they happened."""
    rows = BooksException.objects.filter(
        closing__period__merchant=merchant_id,
        closing__period__starts_at__gte=period.starts_at,
        closing__period__ends_at__lte=period.ends_at,
    ).order_by("happened_at", "journal")
    found = rows.values_list(
        "closing__period__label", "closing__number", "concerns__label", "journal", "kind", "payment",
        "happened_at", "currency", "amount_minor", "tax_minor",
    )  # fmt: skip
    return (ListedChange(*row) for row in found.iterator(chunk_size=1000))
