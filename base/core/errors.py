"""The one expected no.

`Refused` is raised wherever the product says no on purpose: it has a stable code (an API
promise), a sentence for a person, and the HTTP status an edge should answer with. A bug is
never a Refused; it stays an ordinary exception and is a 500.
"""

from typing import Any


class Refused(Exception):
    """An expected no.

    code: stable snake_case identifier, e.g. "amount_invalid"; never renamed once published.
    message: one or two plain sentences: what happened and what to do.
    status: HTTP status of the answer (400 bad input, 404 unknown, 409 state, 422 other body).
    facts: JSON-safe details (new amount, position, ...), shown to the same actor only.
    """

    def __init__(self, code: str, message: str = "", *, status: int = 400, **facts: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message or code.replace("_", " ")
        self.status = status
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
