"""Every operator is told something by mail, in the transaction that made it true."""

from base.flows.ring import ring
from base.models import Notice
from people.models import User


def tell_operators(*, subject: str, body: str) -> None:
    """Queue one notice an operator."""
    operators = User.objects.filter(is_staff=True, is_active=True).order_by("email")
    Notice.objects.bulk_create(
        Notice(to=email, subject=subject, body=f"{body}\n")
        for email in operators.values_list("email", flat=True)
    )
    ring(task="base.tasks.send_notices")
