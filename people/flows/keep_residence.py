"""Keep where a person lives: a new row where it is another country, or by another's word, than the last."""

from uuid import UUID

from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from people.core.countries import CODES
from people.models import Residence


def keep_residence(*, person_id: UUID, country: str, source: str) -> bool:
    """Add the row; False if nothing is new. The caller has proved who says it. Refused: country_unknown."""
    if country not in CODES:
        raise Refused("country_unknown", "Choose the country that you live in from the list, please.")
    with transaction.atomic():
        rows = Residence.objects.filter(person_id=person_id).order_by("-declared_at", "-id")
        if rows.values_list("country", "source").first() == (country, source):
            return False
        Residence.objects.create(person_id=person_id, country=country, source=source)
        audit_line(actor_id=person_id, action=f"residence.{source}", subject=person_id)
    return True
