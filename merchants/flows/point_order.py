"""An open order is led to: by the scan of a printed code, or at another till of the branch."""

from django.db import transaction

from base.flows.record import audit_line
from merchants.models import QrCode, Till
from people.models import User


def point_order(
    *, actor: User, order: QrCode, printed: QrCode | None = None, till: Till | None = None
) -> None:
    """Lead the scans of `printed` to this order (to no other any more), or hand the order to `till`.

    The caller has found all three by the actor's rights, and has locked the order and seen that it is open.
    """
    assert (printed is None) != (till is None)
    with transaction.atomic():
        if printed is not None:
            assert printed.kind == QrCode.Kind.STATIC and printed.branch_id == order.branch_id
            QrCode.objects.select_for_update(no_key=True).get(
                pk=printed.pk
            )  # two orders for one sheet take turns
            QrCode.objects.filter(pushed_to=printed).update(pushed_to=None)
            QrCode.objects.filter(pk=order.pk).update(pushed_to=printed)
        if till is not None:
            assert till.branch_id == order.branch_id
            QrCode.objects.filter(pk=order.pk).update(till=till, pushed_to=None)
        audit_line(
            actor_id=actor.pk,
            action="order.pointed",
            subject=order.pk,
            merchant=order.merchant_id,
            printed=str(printed.pk) if printed else None,
            till=str(till.pk) if till else None,
        )
