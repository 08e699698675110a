"""Sessions that have run out are deleted: nobody can use them, and each names its person."""

from people.sessions import SessionStore


def sweep_sessions() -> None:
    SessionStore.clear_expired()
