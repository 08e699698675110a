"""Browser sessions that know whose they are: one statement reads the session and its person.

The engine of Django's session middleware. The statement's text is put together once: each request asks it,
and the ORM's compiler would cost more than PostgreSQL does. Who is signed in is decided as by Django's
`get_user`, over the person of the row, who must be the person that the signed data names.
"""

from functools import cache
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from base.rows import model_of
from people.models import BrowserSession, User

_FROM = """
FROM people_browsersession session
LEFT JOIN people_user person ON person.id = session.person_id
WHERE session.session_key = %s AND session.expire_date > %s
"""


class SessionStore(db.SessionStore):
    """Django's sessions in the database. person: whom the row named when it was loaded."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        session = cast(BrowserSession, super().create_model_instance(data))
        session.person_id = data.get(SESSION_KEY)
        return session

    def load(self) -> dict[str, Any]:
        data, self.person = _read(self.session_key or "")
        if data is None:
            self._session_key = None  # a key that somebody made up is not taken over
            return {}
        return self.decode(data)


def signed_in(session: SessionStore) -> User | AnonymousUser:
    """Who is signed in with this session. One whose password has changed since is over, and is emptied."""
    try:
        person_id, backend = UUID(session[SESSION_KEY]), session[BACKEND_SESSION_KEY]
    except (KeyError, ValueError):
        return AnonymousUser()
    person = session.person  # known since the data was read
    if backend not in settings.AUTHENTICATION_BACKENDS or person is None or person.pk != person_id:
        return AnonymousUser()
    if not person.is_active:
        return AnonymousUser()
    known, proof = session.get(HASH_SESSION_KEY) or "", person.get_session_auth_hash()
    if not constant_time_compare(known, proof):
        if not any(constant_time_compare(known, old) for old in person.get_session_auth_fallback_hash()):
            session.flush()
            return AnonymousUser()
        session.cycle_key()  # signed under a key that goes: from now on under the one that stays
        session[HASH_SESSION_KEY] = proof
    return person


def _read(session_key: str) -> tuple[str | None, User | None]:
    """A session's signed data and its person; (None, None) where there is none, or no longer."""
    if not (session_key.isascii() and session_key.isalnum()):  # a NUL would be an error of the database
        return None, None
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [session_key, timezone.now()])
        row = cursor.fetchone()
    if row is None:
        return None, None
    person = model_of(User, _names(), row[1:]) if row[1] is not None else None
    return row[0], person


@cache
def _names() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


@cache
def _statement() -> str:
    columns = ", ".join(f'person."{field.column}"' for field in User._meta.concrete_fields)
    return f"SELECT session.session_data, {columns} {_FROM}"
