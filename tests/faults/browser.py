"""A browser without a screen: one kept-alive connection, cookies, forms, and no faith in answers.

Every way of not getting an answer is one exception, `Unanswered`: the caller does not know what happened.
"""

import http.client
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

PATIENCE_SECONDS = 8.0
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Unanswered(Exception):
    """No answer, half of one, or one above 499: whatever was asked may have happened or not."""


@dataclass(frozen=True)
class Page:
    """status, the path it leads on to ("" without one), and the text."""

    status: int
    leads_to: str
    text: str

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        return dict(_HIDDEN.findall(self.text))


class Browser:
    """Use from one thread. Cookies belong to the person, so each request brings its own jar."""

    def __init__(self, ports: Iterator[int], note: Callable[[str], None]) -> None:
        """ports: of this machine; without an answer the next one is asked, as a proxy would.

        note: told "unanswered" or "answers_5xx" when it happens.
        """
        self.ports, self.note = ports, note
        self.line = self._next_line()

    def _next_line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", next(self.ports), timeout=PATIENCE_SECONDS)

    def get(self, path: str, cookies: dict[str, str]) -> Page:
        """Raises Unanswered."""
        return self._ask("GET", path, cookies, None)

    def post(self, path: str, cookies: dict[str, str], **fields: str) -> Page:
        """A form. Raises Unanswered."""
        return self._ask("POST", path, cookies, urlencode(fields))

    def _ask(self, method: str, path: str, cookies: dict[str, str], form: str | None) -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.line.request(method, path, form, headers)
            answer = self.line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.line.close()
            self.line = self._next_line()
            self.note("unanswered")
            raise Unanswered(type(error).__name__) from error
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            cookies[name] = value
        if answer.status >= 500:
            self.note("answers_5xx")
            raise Unanswered(str(answer.status))
        return Page(answer.status, urlsplit(answer.headers.get("Location", "")).path, text)
