"""The forms of the shop's desk: shapes and choices only. What is true is decided in the flows."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from merchants.core.places import (
    CURRENCY_OF,
    REGION_NEEDED,
    country_name,
    place_name,
    regions_of,
    tax_name_of,
    zones_of,
)
from merchants.core.roles import ABOUT
from merchants.core.trades import DEFAULT_TRADE, TRADES
from merchants.web.frame import OnceForm
from taxes.queries import CATEGORIES, CategoryOnOffer
from wallets.core.currencies import CURRENCIES
from wallets.core.limits import BASIC, VERIFIED

COUNTRIES = sorted(((code, country_name(code)) for code in CURRENCY_OF), key=lambda item: item[1])
RATELESS = {"zero", "exempt", "outside_scope", "below_threshold"}
FEW = 3  # time zones of a country


class RegisterForm(OnceForm):
    """Step one: the business and its tax profile."""

    trade_name = forms.CharField(
        label="Trade name", max_length=60, help_text="What stands over the door. Payers see it."
    )
    legal_name = forms.CharField(label="Legal name", max_length=120, help_text="As it is registered.")
    mcc = forms.ChoiceField(label="What kind of shop", choices=list(TRADES.items()), initial=DEFAULT_TRADE)
    country = forms.ChoiceField(label="Country", choices=[("", "Choose"), *COUNTRIES])
    currency = forms.ChoiceField(
        label="Currency of your prices",
        required=False,
        choices=[("", "The country's own"), *((c, f"{c} {x.name}") for c, x in sorted(CURRENCIES.items()))],
    )
    tax_number = forms.CharField(
        label="Tax number",
        max_length=40,
        help_text="VAT number, MST, EIN (not a social security number) and so on. It stands on each receipt.",
    )
    prices_include_tax = forms.TypedChoiceField(
        label="Your prices",
        widget=forms.RadioSelect,
        coerce=lambda text: text == "yes",
        choices=[
            ("yes", "Include tax, as on a shelf in Europe"),
            ("no", "Tax is added at the till, as in the US"),
        ],
        initial="yes",
    )
    categories = forms.MultipleChoiceField(
        label="What you sell, by tax",
        widget=forms.CheckboxSelectMultiple,
        choices=list(CATEGORIES.items()),
        initial=["standard"],
        help_text="Which rate each one has is decided by the place and the day of the sale.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.PROVISIONAL_TAX:
            number = self.fields["tax_number"]
            number.required = False
            number.help_text = (
                "It stands on each receipt. None yet? Leave it empty: all is taxed at the full rate, "
                "and the tax stays here, until you have one. What was too much is then yours."
            )


class CompleteTaxForm(forms.Form):
    """What a shop that sold provisionally says of its tax."""

    tax_number = forms.CharField(label="Tax number", max_length=40)
    prices_include_tax = RegisterForm.declared_fields["prices_include_tax"]
    sold_as = forms.ChoiceField(
        label="What you have sold so far, by tax",
        choices=list(CATEGORIES.items()),
        widget=forms.RadioSelect,
        help_text="All your sales so far are taxed as this; what was too much comes to your balance.",
    )
    categories = forms.MultipleChoiceField(
        label="What else you sell from now on",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(CATEGORIES.items()),
        help_text="What you have sold so far is among it anyway. You can change this later.",
    )

    def __init__(self, *args: Any, offers: list[CategoryOnOffer], **kwargs: Any) -> None:
        """offers: what can be taxed where the shop sells; without any, all that is known."""
        super().__init__(*args, **kwargs)
        if offers:
            choices = [(offer.code, offer_label(offer)) for offer in offers]
            for name in ("sold_as", "categories"):
                field = self.fields[name]
                assert isinstance(field, forms.ChoiceField)
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        wanted = {*said.get("categories", []), said.get("sold_as")}
        return said | {"categories": [category for category in CATEGORIES if category in wanted]}


class CategoriesForm(forms.Form):
    """The tax profile's list of what is sold."""

    categories = forms.MultipleChoiceField(
        label="What you sell, by tax", widget=forms.CheckboxSelectMultiple, choices=list(CATEGORIES.items())
    )


class BranchForm(OnceForm):
    """Step two: a place of sale. Asks for region and time zone only where there is a choice."""

    name = forms.CharField(
        label="Name of the branch", max_length=60, help_text="For you and your staff, such as “Mitte”."
    )
    street = forms.CharField(label="Street and number", max_length=120)
    postcode = forms.CharField(label="Postcode", max_length=12, required=False)
    city = forms.CharField(label="City", max_length=60)
    region = forms.ChoiceField(label="Region", required=False)
    time_zone = forms.ChoiceField(label="Time zone", required=False)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = country in REGION_NEEDED
        regions = list(regions_of(country).items())
        self._choose("region", regions and [("", "Choose" if needed else "Elsewhere"), *regions], needed)
        zones = [(zone, zone.replace("_", " ")) for zone in zones_of(country)]
        # The first is where most people live; of many, a guess would end the shop's day at a wrong hour.
        guess = len(zones) <= FEW
        self._choose("time_zone", zones[1:] and [*([] if guess else [("", "Choose")]), *zones], not guess)

    def _choose(self, name: str, choices: list[tuple[str, str]], required: bool) -> None:
        """Ask with these choices; without any there is nothing to ask."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.required, field.choices = required, choices
        if not choices:
            del self.fields[name]


class TillForm(OnceForm):
    """Step three: a counter."""

    name = forms.CharField(label="Name of the till", max_length=40, help_text="Such as “Till 1” or “Bar”.")


class OwnRateForm(forms.Form):
    """A tax rate that only the business knows. The pattern takes plain digits only."""

    category = forms.ChoiceField(label="For what", widget=forms.RadioSelect)
    tax = forms.RegexField(
        r"\A[A-Z][A-Z0-9]{1,19}\Z",
        label="Name of the tax",
        help_text="Capital letters, as on the receipt.",
        error_messages={"invalid": "Capital letters and digits only, such as SALES."},
    )
    rate = forms.RegexField(
        r"\A[0-9]{1,2}([.,][0-9]{1,4})?\Z",
        label="Rate in percent",
        help_text="The whole rate at this place, such as 8.25.",
        error_messages={"invalid": "A number such as 8.25, with at most four decimals."},
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    compound = forms.BooleanField(
        label="Also taken on the taxes above it",
        required=False,
        help_text="A tax on the tax: it counts on the price and on the other taxes of the sale.",
    )
    place = forms.ChoiceField(
        label="Where",
        required=False,
        help_text="Where a place has its own rates, those for everywhere do not count: enter all its taxes.",
    )
    valid_from = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, *args: Any, categories: list[str], country: str, places: Sequence[str], **kwargs: Any
    ) -> None:
        """places: as `rate_places_of`; with none to tell apart, it is not asked."""
        super().__init__(*args, **kwargs)
        where = self.fields["place"]
        assert isinstance(where, forms.ChoiceField)
        where.choices = [("", "Everywhere"), *((place, place_name(place)) for place in places)]
        if not places:
            del self.fields["place"]
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, CATEGORIES[code]) for code in categories if code not in RATELESS]
        self.initial.setdefault("tax", tax_name_of(country))
        if len(field.choices) == 1:
            self.initial.setdefault("category", field.choices[0][0])


class NameForm(forms.Form):
    """A new trade name."""

    trade_name = forms.CharField(label="New trade name", max_length=60)


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(
        label="As",
        widget=forms.RadioSelect,
        choices=[(role, f"{role.capitalize()}: {about}") for role, about in reversed(ABOUT.items())],
    )


class ReasonForm(forms.Form):
    """Why an operator stops somebody, or opens again: it stands in the audit trail."""

    reason = forms.CharField(label="Reason", max_length=200)


class TierForm(ReasonForm):
    """What a wallet may spend and hold, and why."""

    tier = forms.ChoiceField(
        label="Tier",
        widget=forms.RadioSelect,
        choices=[(BASIC, "Basic: nobody has seen who this is"), (VERIFIED, "Verified: we have")],
    )
    field_order = ["tier", "reason"]


def offer_label(offer: CategoryOnOffer) -> str:
    """ "Standard rate · 19 %", or "Exempt · no tax"."""
    rates = " + ".join(tax.label for tax in offer.treatment.taxes)
    return f"{offer.label} · {rates or 'no tax'}"
