"""The template filters write amounts in the active language."""

import pytest
from django.template import Context, Engine
from django.utils import translation

ENGINE = Engine(libraries={"money": "wallets.templatetags.money"})


@pytest.mark.parametrize(
    ("language", "bare", "with_code"),
    [
        ("en", "\u22121,290.50", "\u22121,290.50\u00a0EUR"),
        ("de", "\u22121.290,50", "\u22121.290,50\u00a0EUR"),
        ("en-gb", "\u22121,290.50", "\u22121,290.50\u00a0EUR"),
    ],
)
def test_amounts_in_a_template(language, bare, with_code):
    page = ENGINE.from_string("{% load money %}{{ a|money:c }}|{{ a|money_with_code:c }}")
    with translation.override(language):
        assert page.render(Context({"a": -129050, "c": "EUR"})) == f"{bare}|{with_code}"


def test_without_a_language_it_is_english():
    page = ENGINE.from_string("{% load money %}{{ a|money:c }}")
    with translation.override(None):
        assert page.render(Context({"a": 4000000, "c": "VND"})) == "4,000,000"
