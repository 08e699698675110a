"""Rules about pages: nothing inline, nothing from outside.

A strict content security policy is only as good as the markup that needs no hole in it.
"""

import re
from collections.abc import Iterator

from tests.house.tree import Finding, Tree, rule

COMMENT = re.compile(r"<!--.*?-->|\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
# A template tag may hold a ">" (`{% if a > b %}`), so a tag ends at the first ">" outside of one.
TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\{%.*?%\}|\{\{.*?\}\}|[^<>{]|\{)*)>", re.DOTALL)
INLINE = re.compile(r"(?<![\w-])(style|on[a-z]+)\s*=", re.IGNORECASE)
OUTSIDE = re.compile(
    r"(?<![\w-])(?:src|href|action|formaction|poster|srcset|data|xlink:href)\s*=\s*[\"']?\s*"
    r"(https?:|//|javascript:)",
    re.IGNORECASE,
)
OUTSIDE_CSS = re.compile(r"(?:url\(\s*[\"']?|@import\s+(?:url\()?[\"']?)\s*(https?:|//)", re.IGNORECASE)
OUTSIDE_JS = re.compile(r"(?:fetch|EventSource|import|WebSocket|open)\s*\(\s*[\"'`](https?:|wss?:|//)")


def _page(text: str) -> dict[str, str]:
    return {"payments/templates/payments/pay.html": text}


@rule(
    bad=[
        _page('<p style="color: red">x</p>'),
        _page("<p\n  class='a'\n  style=color:red>x</p>"),
        _page('<button type="button" onclick="pay()">x</button>'),
        _page('{% if a > b %}<body onload="x()">{% endif %}'),
        _page('<p {% if a > b %}class="x"{% endif %} style="top:0">x</p>'),
        _page("<script>pay()</script>"),
        _page('<script src="{% static "x.js" %}"></script>'),
        _page("<style>p { color: red }</style>"),
    ],
    good=[
        _page('<script nonce="{{ request.csp_nonce }}" src="{% static "x.js" %}" defer></script>'),
        _page('<p class="style" data-onset="1" data-style="x">on = style = 1</p>'),
        _page('<!-- <p style="x"> --><p>{# <p onclick="x"> #}</p>'),
        {"docs/mock.html": '<p style="color: red">x</p>'},
    ],
)
def markup_needs_no_hole(tree: Tree) -> Iterator[Finding]:
    """No style=, no on…=, no <style> or <script> without a nonce in a template."""
    for path, line, tag, attributes in _tags(tree):
        if inline := INLINE.search(_outside_values(attributes)):
            yield Finding(path, line, f"inline {inline[1]}= in <{tag}>: use a class or a script file")
        if tag.lower() in {"script", "style"} and "nonce=" not in attributes:
            yield Finding(path, line, f"<{tag}> without a nonce")


@rule(
    bad=[
        _page('<img src="https://pictures.example/x.png">'),
        _page('<link rel="stylesheet" href="//fonts.example/x.css">'),
        _page("<form action='http://other.example/'>"),
        _page('<a href="javascript:pay()">x</a>'),
        {"config/static/house.css": "@font-face { src: url('https://fonts.example/x.woff2') }"},
        {"config/static/house.css": '@import "//fonts.example/x.css";'},
        {"payments/static/till.js": 'new EventSource("https://other.example/events")'},
    ],
    good=[
        _page('<a href="{% url "pay" %}">x</a><svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        {"config/static/house.css": ".x { background: url(\"data:image/svg,%3Csvg x='http://w3.org'\") }"},
        {"payments/static/till.js": 'new EventSource("/events/till"); // see https://html.spec.whatwg.org'},
    ],
)
def nothing_is_fetched_from_outside(tree: Tree) -> Iterator[Finding]:
    """No page asks another host for anything: no outside address in markup, style or script."""
    for path, line, tag, attributes in _tags(tree):
        if outside := OUTSIDE.search(attributes):
            yield Finding(path, line, f"<{tag}> leads outside ({outside[1]})")
    for pattern, address in (("*/static/*.css", OUTSIDE_CSS), ("*/static/*.js", OUTSIDE_JS)):
        for path in tree.matching(pattern):
            text = tree.text(path)
            for found in address.finditer(text):
                yield Finding(path, text.count("\n", 0, found.start()) + 1, f"asks outside: {found[0]}")


def _tags(tree: Tree) -> Iterator[tuple[str, int, str, str]]:
    """Each opening tag of each template: path, line, name, attributes; comments are blanked."""
    for path in tree.matching("*/templates/*.html"):
        text = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), tree.text(path))
        for tag in TAG.finditer(text):
            yield path, text.count("\n", 0, tag.start()) + 1, tag[1], tag[2]


def _outside_values(attributes: str) -> str:
    """The attributes with quoted values emptied, so that a value cannot look like a name."""
    return re.sub(r"=\s*(\"[^\"]*\"|'[^']*')", "=''", attributes)
