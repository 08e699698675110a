"""A payer's phone for tests: a browser that scans codes and reads the pay page."""

import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client

from merchants.models import QrCode
from merchants.queries import token_of
from payments.models import Session
from people.models import User
from tests.factories import PIN

TOKEN = re.compile(r'name="confirmation" value="([^"]*)"')


class Phone:
    """One browser; signed in when a person is given."""

    def __init__(self, person: User | None = None) -> None:
        self.client = Client()
        if person is not None:
            self.sign_in(person)

    def sign_in(self, person: User) -> None:
        self.client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])

    def scan(self, code: QrCode) -> UUID:
        """Open the code; returns the session the browser was led to."""
        answer = self.client.get(f"/q/{token_of(code)}")
        assert answer.status_code == 302, answer.status_code
        return UUID(answer["Location"].split("/")[2])

    def look(self, session_id: UUID, **more: Any) -> str:
        """The pay page as text; fails unless it is a page."""
        answer = self.client.get(f"/pay/{session_id}/", more)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def type(self, session_id: UUID, **said: str) -> Any:
        return self.client.post(f"/pay/{session_id}/amount", said)

    def token(self, session_id: UUID) -> str:
        """The hidden confirmation of the page."""
        found = TOKEN.search(self.look(session_id))
        assert found, "the page asks for no PIN"
        return found[1]

    def confirm(self, session_id: UUID, token: str, pin: str = PIN) -> Any:
        return self.client.post(f"/pay/{session_id}/confirm", {"confirmation": token, "pin": pin})

    def pay(self, code: QrCode, **typed: str) -> Any:
        """Scan, type, look and say yes."""
        session_id = self.scan(code)
        if typed:
            assert self.type(session_id, **typed).status_code == 302
        return self.confirm(session_id, self.token(session_id))


def state_of(session_id: UUID) -> tuple[str, int | None, int, int]:
    """What a refused request must leave as it was."""
    session = Session.objects.get(pk=session_id)
    return session.state, session.typed_minor, session.tip_minor, session.version
