"""The small parts: each parameter does what LOOK promises, and what people write is escaped."""

from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.look.board import ROWS, BoardForm
from tests.look.reader import Page

HOSTILE = '<b onclick="x">"\'&'


def part(part_name: str, /, **context: Any) -> Page:
    return Page(
        render_to_string(f"parts/{part_name}.html", context, RequestFactory().get("/list/?page=3&till=2"))
    )


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("amount", {"text": HOSTILE, "currency": HOSTILE, "label": HOSTILE}),
        ("pill", {"text": HOSTILE, "kind": HOSTILE}),
        ("payee", dict.fromkeys(("name", "place", "tax_number", "tax_label", "category"), HOSTILE)),
        ("lines", {"rows": [dict.fromkeys(("text", "amount", "note", "kind"), HOSTILE)], "caption": HOSTILE}),
        ("empty", dict.fromkeys(("title", "text", "url", "button"), HOSTILE)),
        ("progress", {"text": HOSTILE, "value": 1}),
    ],
)
def test_what_people_write_is_only_text(name: str, context: dict[str, Any]) -> None:
    page = part(name, **context)
    assert page.inline() == []
    assert page.all("b") == []
    assert HOSTILE in page.text


def test_amount_keeps_figure_and_currency_apart_for_a_reader() -> None:
    assert part("amount", text="12.90", currency="EUR").text == "12.90 EUR"


@pytest.mark.parametrize(
    ("text", "small", "expected"),
    [("12.90", False, "amount"), ("1,250,000", False, "amount long"), ("12.90", True, "amount mini")],
)
def test_amount_grows_smaller_when_it_is_long(text: str, small: bool, expected: str) -> None:
    assert part("amount", text=text, currency="VND", small=small).all("p") == [{"class": expected}]


def test_pill_is_plain_unless_told() -> None:
    assert part("pill", text="expired").all("span") == [{"class": "pill plain"}]
    assert part("pill", text="settled", kind="paid").all("span") == [{"class": "pill paid"}]


def test_payee_says_whether_the_shop_was_reviewed() -> None:
    reviewed = part("payee", name="élan", place="Berlin", tax_number="DE1", tax_label="VAT", reviewed=True)
    assert "reviewed shop" in reviewed.text
    assert "VAT DE1" in reviewed.text
    assert reviewed.text.startswith("É")
    assert "not yet reviewed" in part("payee", name="Stall", place="Austin", reviewed=False).text
    assert "not yet reviewed" in part("payee", name="Stall", place="Austin").text


def test_payee_without_a_tax_number_has_no_empty_label() -> None:
    assert "Tax number" not in part("payee", name="Stall", place="Austin", tax_number="").text


def test_lines_keep_order_kind_and_note() -> None:
    page = part("lines", rows=ROWS)
    assert [row.get("class") for row in page.all("tr")] == [None, "tax", "total"]
    assert [head["scope"] for head in page.all("th")] == ["row"] * 3
    assert "with bread 9.90" in page.text


def test_empty_page_without_a_way_has_no_button() -> None:
    assert part("empty", title="Nothing", text="yet").all("a") == []


def test_pager_keeps_the_other_parameters() -> None:
    page = part("pager", page=Paginator(range(100), 10).page(3))
    assert [link["href"] for link in page.all("a")] == ["?page=2&till=2", "?page=4&till=2"]
    assert "Page 3 of 10" in page.text


def test_pager_is_silent_for_one_page() -> None:
    assert part("pager", page=Paginator([1], 10).page(1)).tags == []


def test_progress_runs_without_a_figure() -> None:
    assert part("progress", text="Building").all("progress") == [{"aria-label": "Building"}]
    assert part("progress", text="Building", value=0, max=9).all("progress")[0]["value"] == "0"


@pytest.mark.parametrize("name", [name for name in BoardForm.base_fields if name != "secret"])
@pytest.mark.parametrize("data", [None, {}], ids=["fresh", "wrong"])
def test_each_field_has_a_name_and_its_notes(name: str, data: dict[str, str] | None) -> None:
    field = BoardForm(data)[name]
    page = part("field", field=field)
    assert str(field.label) in page.text
    assert page.dangling() == set()
    assert bool(page.all("legend")) is bool(field.use_fieldset)
    described = page.values("aria-describedby")
    assert bool(described) is bool(field.help_text or field.errors)
    if field.errors:
        assert field.auto_id + "_error" in described[0]
        assert "true" in page.values("aria-invalid")


def test_an_optional_field_says_so() -> None:
    assert "(optional)" in part("field", field=BoardForm()["note"]).text
    assert "(optional)" not in part("field", field=BoardForm()["name"]).text


def test_chips_are_a_choice_of_looks_only() -> None:
    for chips, expected in ((True, "field chips"), (False, "field choices")):
        page = part("field", field=BoardForm()["tip"], chips=chips)
        assert page.all("fieldset")[0]["class"] == expected
        assert [radio["type"] for radio in page.all("input")] == ["radio", "radio"]


def test_form_errors_lead_to_the_fields() -> None:
    class Transfer(forms.Form):
        amount = forms.IntegerField(label="Amount")
        token = forms.CharField(widget=forms.HiddenInput)

        def clean(self) -> None:
            raise forms.ValidationError("Too late.")

    page = part("form_errors", form=Transfer({}))
    assert page.all("div")[0]["role"] == "alert"
    assert page.values("href") == ["#id_amount"]
    assert "Too late. This field is required. Amount" in page.text
    assert part("form_errors", form=BoardForm()).tags == []


def test_fields_shows_every_field_once() -> None:
    page = part("fields", form=BoardForm())
    names = [control["name"] for tag in ("input", "select", "textarea") for control in page.all(tag)]
    assert set(names) == set(BoardForm.base_fields)
    assert names.count("name") == 1
