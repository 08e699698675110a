"""`request.user` from the row that the session was read with: no statement of its own."""

from typing import cast

from django.contrib.auth import middleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from people.models import User
from people.sessions import SessionStore, signed_in


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    """Django's, but for who reads the person."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)

        def person() -> User | AnonymousUser:
            return signed_in(cast(SessionStore, request.session))

        request.user = SimpleLazyObject(person)  # type: ignore[assignment]
