"""Walk through the wallet's pages in tests: read one, send what its form carries, say yes."""

from typing import Any

from django.test import Client

from tests.factories import PIN
from tests.look.reader import Page


def read(answer: Any, status: int = 200) -> Page:
    """The page, having looked at what every page must keep."""
    assert answer.status_code == status, answer.status_code
    page = Page(answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))
    assert (page.inline(), page.outside(), page.dangling()) == ([], [], set())
    assert len(page.all("h1")) == 1
    assert len(page.values("id")) == len(set(page.values("id")))
    assert "" not in page.values("href")
    assert "None" not in page.text
    labelled = set(page.values("for"))
    shown = [tag for tag in page.all("input") if tag.get("type") != "hidden"]
    assert all(tag.get("id") in labelled for tag in shown)
    return page


def hidden(page: Page) -> dict[str, str]:
    """What the form of a confirm page sends along."""
    fields = (tag for tag in page.all("input") if tag.get("type") == "hidden" and "name" in tag)
    return {tag["name"]: tag.get("value", "") for tag in fields if tag["name"] != "csrfmiddlewaretoken"}


def confirmed(client: Client, address: str, said: dict[str, str], pin: str = PIN) -> Any:
    """Fill in, read again, say yes."""
    page = read(client.post(address, said))
    return client.post(address, hidden(page) | {"pin": pin, "step": "yes"})
