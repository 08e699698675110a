"""The forms of the catalogue: shapes and choices only. What is true is decided in the flows."""

from typing import Any

from django import forms

from base.core.errors import Refused
from merchants.core.item_list import NAME_MAX, WantedItem, read_items
from merchants.core.picture import MOST_BYTES
from merchants.web.frame import OnceForm
from merchants.web.list_form import ListForm
from wallets.core.money import parse_amount


class ItemForm(OnceForm):
    """One item; cleaned_data has price_minor. Bound to a shop's currency and categories (code to label)."""

    name = forms.CharField(label="Name", max_length=NAME_MAX, help_text="As it stands on the receipt.")
    price = forms.CharField(
        label="Price",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    category = forms.ChoiceField(label="Tax category", widget=forms.RadioSelect)
    favourite = forms.BooleanField(label="A favourite: stands in front at the till", required=False)
    position = forms.IntegerField(
        label="Place",
        required=False,
        min_value=0,
        max_value=9999,
        help_text="1 stands before 2; items with the same number stand by name.",
    )
    picture = forms.FileField(
        label="Picture",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP, up to 2 MB. It is made small; what a camera wrote beside it goes.",
    )
    drop_picture = forms.BooleanField(label="Take the picture away", required=False)

    def __init__(
        self, *args: Any, categories: dict[str, str], currency: str, has_picture: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = list(categories.items())
        self.initial.setdefault("category", next(iter(categories), None))
        if not has_picture:
            del self.fields["drop_picture"]

    def clean(self) -> dict[str, Any]:
        """`price_minor`, `position` as a number and `picture` as bytes."""
        said = super().clean() or {}
        said["position"] = said.get("position") or 0
        if "price" in said:
            try:
                said["price_minor"] = parse_amount(said.pop("price"), self.currency)
            except Refused as no:
                self.add_error("price", no.message)
        file = said.pop("picture", None)
        said["picture"] = None
        if file is not None:
            # The flow says no to what is too large: one byte more than is taken is enough for that.
            said["picture"] = file.read(MOST_BYTES + 1)
        return said


class ImportForm(ListForm):
    """A price list."""

    pasted = "rows"
    too_large = "This file is too large for a price list."
    rows = forms.CharField(
        label="Items, one a line",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "placeholder": "Cheesecake; 4.50\nFilter coffee; 2.90"}),
    )

    def __init__(self, *args: Any, categories: dict[str, str], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories, self.currency = categories, currency

    def read(self, text: str) -> list[WantedItem]:
        return read_items(text, categories=self.categories, currency=self.currency)
