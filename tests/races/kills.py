"""A process that is gone between two statements: nothing catches it, and its connection ends with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone: no flow expects this."""


@contextmanager
def killed_at(number: int, *, ready: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Raise instead of running the statement of that number (from 1), if it is ready to die there."""
    run = 0

    def wrapper(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal run
        run += 1
        if run == number and ready():
            raise Killed
        return execute(*args)

    with connection.execute_wrapper(wrapper):
        yield


class Death:
    """Of several processes the first that comes to a statement dies there; then its client asks again."""

    def __init__(self, at: int) -> None:
        self.at, self.tickets = at, ["one"]

    @property
    def happened(self) -> bool:
        return not self.tickets

    def stalks(self, act: Callable[[], T]) -> Callable[[], T]:
        """The act, by a process that may be the one."""

        def run() -> T:
            try:
                with killed_at(self.at, ready=self._takes):
                    return act()
            except Killed:
                connection.close()
            return act()

        return run

    def _takes(self) -> bool:
        try:
            self.tickets.pop()
        except IndexError:
            return False
        return True
