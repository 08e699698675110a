"""What is known of a person: the state of the PIN, a wish to reset it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.db.models.functions import Now

from people.core.reset import ResetState, minutes_until, state_at, token_digest
from people.models import Pin, PinReset, Residence, User
from people.sessions import SessionStore, signed_in

PinState = Literal["none", "set", "blocked"]


def person_behind(cookie: str) -> User | AnonymousUser:
    """Who is signed in with a session's cookie, where no middleware has looked."""
    return signed_in(SessionStore(cookie))


def pin_state(person_id: UUID) -> PinState:
    """Whether the person has a PIN, and whether it may be used."""
    found = Pin.objects.filter(person_id=person_id).values_list("blocked_at").first()
    if found is None:
        return "none"
    return "set" if found[0] is None else "blocked"


def display_name(person_id: UUID) -> str:
    """The name that a person lets others see; "" for one who has not said any."""
    return User.objects.filter(pk=person_id).values_list("name", flat=True).first() or ""


class KnownResidence(NamedTuple):
    """Where a person lives (ISO 3166-1), and by whose word: "stated" by themselves, "bank" or "operator"."""

    country: str
    source: str


def residence_of(person_id: UUID, at: datetime | None = None) -> KnownResidence | None:
    """What was known at a moment (default: now) about where a person lives; one query."""
    found = residences_of(person_id, at=at).values_list("country", "source").first()
    return None if found is None else KnownResidence(*found)


def residences_of(person_id: UUID, at: datetime | None = None) -> QuerySet[Residence]:
    """All that was known of it by then, the newest first."""
    rows = Residence.objects.filter(person_id=person_id).order_by("-declared_at", "-id")
    return rows if at is None else rows.filter(declared_at__lte=at)


def is_operator(person_id: UUID) -> bool:
    """Whether this is one of the platform's operators, now."""
    return User.objects.filter(pk=person_id, is_staff=True, is_active=True).exists()


def operator_addresses() -> list[str]:
    """Where the platform's operators get their mail."""
    rows = User.objects.filter(is_staff=True, is_active=True).order_by("email")
    return list(rows.values_list("email", flat=True))


def operator_named(email: str) -> UUID | None:
    """The operator with this address, for commands on the server."""
    rows = User.objects.filter(email__iexact=email, is_staff=True, is_active=True)
    return rows.values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True)
class ResetWish:
    """A wish to reset a PIN as its link finds it now."""

    person_id: UUID
    state: ResetState
    ready_at: datetime
    expires_at: datetime
    wait_minutes: int


def reset_wish(token: str) -> ResetWish | None:
    """The wish behind a link's token, by the database's clock; None for a token that never was."""
    return _first(PinReset.objects.filter(token_sha256=token_digest(token)))


def open_reset(person_id: UUID) -> ResetWish | None:
    """The person's wish that has not ended; its link may be early, ready or too old."""
    return _first(PinReset.objects.filter(person_id=person_id, ended_at=None))


def _first(wishes: QuerySet[PinReset]) -> ResetWish | None:
    found = wishes.annotate(now=Now()).first()
    if found is None:
        return None
    ready, end = found.ready_at, found.expires_at
    state = state_at(found.now, ready_at=ready, expires_at=end, ended_at=found.ended_at)
    return ResetWish(found.person_id, state, ready, end, minutes_until(found.now, ready))
