"""A person says where they live, now or anew. Who has a PIN proves with it that it is they who say so."""

from uuid import UUID

from people.flows.check_pin import check_pin
from people.flows.keep_residence import keep_residence
from people.models import Pin, Residence


def state_residence(*, person_id: UUID, country: str, pin: str = "") -> bool:
    """Keep the stated country; False if it was that already.

    Refused: country_unknown, and for a person who has a PIN as `check_pin` says.
    """
    if Pin.objects.filter(person_id=person_id).exists():
        check_pin(person_id=person_id, pin=pin)
    return keep_residence(person_id=person_id, country=country, source=Residence.Source.STATED)
