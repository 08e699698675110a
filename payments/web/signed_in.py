"""The request of somebody who is signed in, for views behind `login_required`."""

from django.http import HttpRequest

from people.models import User


class SignedIn(HttpRequest):
    user: User
