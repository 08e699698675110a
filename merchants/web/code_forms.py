"""The forms of printed codes: one with all its choices, and many from a list."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from merchants.core.code_list import WantedCode, read_list
from merchants.flows.create_static import MOST_USES
from merchants.models import Branch, Membership, Till
from merchants.sheets import LAYOUTS, SHEETS
from merchants.web.forms import offer_label
from merchants.web.frame import OnceForm
from merchants.web.list_form import ListForm
from taxes.queries import CategoryOnOffer


class CodeForm(OnceForm):
    """A printed code: one tax category, where the payment is shown, and what else it may say or end by."""

    category = forms.ChoiceField(label="What it is for", widget=forms.RadioSelect)
    till = forms.ChoiceField(label="Shown at", widget=forms.RadioSelect, required=False)
    label = forms.CharField(
        label="Label", max_length=40, required=False, help_text="On the poster, such as “Counter”."
    )
    tip_allowed = forms.BooleanField(label="Offer to leave a tip", required=False, initial=True)
    cashier = forms.ChoiceField(
        label="Whose code", required=False, help_text="Its payments count as that person’s, also their tips."
    )
    reference = forms.CharField(
        label="Reference",
        max_length=40,
        required=False,
        help_text="Stands on each of its payments and receipts, such as “Summer fair”.",
    )
    last_day = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The code works up to the end of this day.",
    )
    most_uses = forms.IntegerField(
        label="Number of payments",
        required=False,
        min_value=1,
        max_value=MOST_USES,
        help_text="After so many payments it takes no more. Empty: any number.",
    )

    def __init__(
        self,
        *args: Any,
        branch: Branch,
        offers: list[CategoryOnOffer],
        tills: list[Till],
        members: list[Membership],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(branch.time_zone)
        self._choose("category", [(offer.code, offer_label(offer)) for offer in offers])
        self._choose("till", [*((str(row.pk), row.name) for row in tills), ("", "The whole branch")])
        # A manager may make codes but not read the staff's addresses.
        people = [
            (str(row.person_id), row.person.name or row.person.email.partition("@")[0]) for row in members
        ]
        self._choose("cashier", [("", "The till’s, whoever works at it"), *people])
        self.initial.setdefault("category", offers[0].code if len(offers) == 1 else None)
        self.initial.setdefault("till", str(tills[0].pk) if len(tills) == 1 else "")

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def more_wanted(self) -> bool:
        """Whether one of the rarer fields is filled or wrong, so that the page opens them."""
        rare = ("cashier", "reference", "last_day", "most_uses")
        return any(self[name].value() or self[name].errors for name in rare)

    def clean(self) -> dict[str, Any]:
        """`expires_at`: the end of the last day by the branch's clock."""
        said = super().clean() or {}
        day = said.get("last_day")
        said["expires_at"] = day and datetime.combine(
            day + timedelta(days=1), datetime.min.time(), tzinfo=self.zone
        )
        return said


class PrintRunForm(ListForm):
    """Many printed codes at once: their labels, one tax category, and what they are printed on."""

    pasted = "labels"
    too_large = "This file is too large for a list of labels."
    labels = forms.CharField(
        label="Labels, one a line",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "Table 1\nTable 2\nTable 3"}),
        help_text="Up to 1,000. Or a table with a header “label,till”, as a spreadsheet saves it.",
    )
    category = forms.ChoiceField(label="What they are for", widget=forms.RadioSelect)
    sheet = forms.ChoiceField(
        label="Printed on",
        widget=forms.RadioSelect,
        choices=[(name, SHEETS[name].title) for name in LAYOUTS],
        initial="sticker",
    )
    tip_allowed = forms.BooleanField(label="Offer to leave a tip", required=False, initial=True)

    def __init__(self, *args: Any, offers: list[CategoryOnOffer], tills: list[Till], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tills = frozenset(till.name for till in tills)
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [(offer.code, offer_label(offer)) for offer in offers]
        self.initial.setdefault("category", offers[0].code if len(offers) == 1 else None)

    def read(self, text: str) -> list[WantedCode]:
        return read_list(text, tills=self.tills)
