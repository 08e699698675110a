"""Reads a rendered page as the browser and the reader's aids would: tags, ids, labels, addresses."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

ADDRESSES = {"src", "href", "action", "formaction", "srcset", "poster"}


@dataclass
class Page(HTMLParser):
    """The tags of one page in order, each as (name, attributes), and the text between them."""

    markup: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]

    def inline(self) -> list[str]:
        """Attributes and tags that a strict content security policy would block."""
        found = [f"{tag} {name}" for tag, attributes in self.tags for name in attributes if _inline(name)]
        return found + [
            tag for tag, attributes in self.tags if tag in {"script", "style"} and "nonce" not in attributes
        ]

    def outside(self) -> list[str]:
        """Addresses that lead to another host, or to code."""
        addresses = [value for name in ADDRESSES for value in self.values(name)]
        return [
            value for value in addresses if value.strip().startswith(("http", "//", "javascript:", "data:"))
        ]

    def dangling(self) -> set[str]:
        """Ids that something points at and nothing has."""
        pointed = [*self.values("for"), *self.values("form")]
        pointed += [value[1:] for value in self.values("href") if value.startswith("#") and len(value) > 1]
        for name in ("aria-describedby", "aria-labelledby"):
            pointed += [part for value in self.values(name) for part in value.split()]
        return set(pointed) - set(self.values("id"))


def _inline(attribute: str) -> bool:
    return attribute == "style" or attribute.startswith("on")
