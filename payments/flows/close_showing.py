"""End a person's showing: what it shows is worth nothing from now on. What a till has taken goes on."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from payments.models import Showing, ShownCode


def close_showing(*, person_id: UUID, showing_id: UUID | None = None) -> bool:
    """Close the open showing of a person (only this one, where it is named); False when there is none."""
    rows = Showing.objects.filter(person=person_id, closed_at=None)
    if showing_id is not None:
        rows = rows.filter(pk=showing_id)
    with transaction.atomic():
        ids = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
        ShownCode.objects.filter(showing__in=ids, state=ShownCode.State.SHOWN).update(
            state=ShownCode.State.GONE
        )
        return bool(Showing.objects.filter(pk__in=ids).update(closed_at=Now()))
