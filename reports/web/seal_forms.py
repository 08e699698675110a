"""The forms of sealed periods: when it was filed, and why it must be opened again."""

from django import forms

from reports.flows.ask_reopening import REASON_MAX
from reports.flows.file_period import NOTE_MAX, REFERENCE_MAX


class FilingForm(forms.Form):
    """The day, the reference of the authority, a note."""

    filed_on = forms.DateField(label="Filed on", widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(
        label="Reference", max_length=REFERENCE_MAX, required=False, help_text="As the authority gave it."
    )
    note = forms.CharField(label="Note", max_length=NOTE_MAX, required=False)


class ReopeningForm(forms.Form):
    """Why a closed period must be opened again."""

    reason = forms.CharField(
        label="Reason",
        max_length=REASON_MAX,
        help_text="It is kept, and the owners get it by mail.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
