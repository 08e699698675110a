"""Set a person's first PIN. A second one needs the first (`change_pin`) or a link by mail (`reset_pin`)."""

import secrets
from typing import TypedDict
from uuid import UUID

from django.conf import settings
from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from people.core.pin import SALT_BYTES, pin_mac, require_good
from people.flows.keep_residence import keep_residence
from people.models import Pin, Residence


class SealedPin(TypedDict):
    """A PIN as it is stored: under which pepper, with which salt, and the keyed value."""

    key_id: int
    salt: bytes
    mac: bytes


def set_pin(*, person_id: UUID, pin: str, country: str = "") -> None:
    """Store the first PIN, and with it the country that the person says to live in, where it was asked.

    Refused: pin_malformed, pin_too_easy, pin_is_set (409), country_unknown.
    """
    require_good(pin)
    with transaction.atomic():
        _, made = Pin.objects.get_or_create(
            person_id=person_id, defaults={**sealed(person_id=person_id, pin=pin)}
        )
        if not made:
            raise Refused("pin_is_set", "You have a PIN already. Change it with the old one.", status=409)
        audit_line(actor_id=person_id, action="pin.set", subject=person_id)
        if country:
            keep_residence(person_id=person_id, country=country, source=Residence.Source.STATED)


def sealed(*, person_id: UUID, pin: str) -> SealedPin:
    """A PIN under the active pepper and a fresh salt."""
    key_id = active_key_id()
    salt = secrets.token_bytes(SALT_BYTES)
    mac = pin_mac(settings.PIN_PEPPERS[key_id], person_id, salt, pin)
    return SealedPin(key_id=key_id, salt=salt, mac=mac)


def active_key_id() -> int:
    """The pepper for new values: the first of PIN_PEPPERS."""
    return next(iter(settings.PIN_PEPPERS))
