"""What is promised to a business and not booked yet, by the moment at which it will have happened."""

from datetime import datetime
from uuid import UUID

from payments.models import Due, SplitShare


def waiting_in(merchant_id: UUID, starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
    """Promised payments, and parts of partners' sales that are still due; two queries.

    Due is the queue of settlement: what is promised stands there, and what stands there is promised.
    """
    between = {"happened_at__gte": starts_at, "happened_at__lt": ends_at}
    payments = Due.objects.filter(merchant=merchant_id, **between).count()
    shares = SplitShare.objects.filter(partner=merchant_id, state=SplitShare.State.DUE, **between).count()
    return payments, shares
