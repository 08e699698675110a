"""A form that takes a list, pasted or as a file: read by a function of `core`, its wrong lines told."""

from typing import Any, ClassVar

from django import forms

from base.core.errors import Refused
from merchants.core.code_list import read_text
from merchants.web.frame import OnceForm

LIST_BYTES = 500_000
MOST_TOLD = 1_000  # wrong lines: as many as a list may have


class ListForm(OnceForm):
    """pasted: the field of the text, which a file goes before. cleaned_data has `wanted`: what was read."""

    pasted: ClassVar[str]
    too_large: ClassVar[str]
    file = forms.FileField(
        label="Or a CSV file", required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"})
    )

    def read(self, text: str) -> list[Any]:
        """What the text asks for; Refused with `errors`, a sentence a wrong line."""
        raise AssertionError("each list says how it is read")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        try:
            said["wanted"] = self.read(self._text(said))
        except Refused as no:
            errors = no.facts.get("errors", [])
            self.add_error(self.pasted, [no.message, *errors[:MOST_TOLD]])
            if len(errors) > MOST_TOLD:
                self.add_error(self.pasted, f"And {len(errors) - MOST_TOLD} more.")
        return said

    def _text(self, said: dict[str, Any]) -> str:
        file = said.pop("file", None)
        if file is None:
            return str(said.get(self.pasted, ""))
        if file.size > LIST_BYTES:
            raise Refused("list_too_long", self.too_large)
        return read_text(file.read())
