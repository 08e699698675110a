"""A person with a PIN, the mails sent, and a way to let a reset's wait pass."""

import re
from datetime import timedelta

import pytest
from django.db.models import F

from base.models import Notice
from people.flows.ask_pin_reset import ask_pin_reset
from people.flows.set_pin import set_pin
from people.models import PinReset, User

PIN = "246810"
WRONG = "135790"
LINK = re.compile(r"/pin/reset/([\w-]{43})/\n")


@pytest.fixture
def person() -> User:
    """Signed up, without a PIN."""
    return User.objects.create_user("linh@example.org", "correct horse battery")


@pytest.fixture
def payer(person: User) -> User:
    """The same with a PIN."""
    set_pin(person_id=person.pk, pin=PIN)
    return person


@pytest.fixture
def other() -> User:
    return User.objects.create_user("otto@example.org", "correct horse battery")


def newest_token(person: User) -> str:
    """The token in the newest mail that carries a reset link."""
    mails = (
        Notice.objects.filter(to=person.email).order_by("-created_at", "-id").values_list("body", flat=True)
    )
    return next(found[1] for body in mails if (found := LINK.search(body)))


def asked(person: User, *, ago: timedelta = timedelta()) -> str:
    """Ask for a reset and return the link's token, as if it had been asked some time ago."""
    ask_pin_reset(person_id=person.pk)
    PinReset.objects.filter(person=person, ended_at=None).update(
        created_at=F("created_at") - ago, ready_at=F("ready_at") - ago, expires_at=F("expires_at") - ago
    )
    return newest_token(person)


WAITED = timedelta(hours=2)
"""Longer than the wait, shorter than the link's life."""
