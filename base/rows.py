"""A row that was read by a statement of our own, as the model that the ORM would have made of it.

For the pay path alone: what `Model.__init__` does (signals that nobody receives, one call a field) takes
longer there than the statement. A column that was not read is read when it is asked for, as with `only()`.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


def model_of(model: type[M], names: Iterable[str], values: Iterable[Any], **related: Model | None) -> M:
    """names: attributes, in the order of the values. related: the rows that its foreign keys name."""
    made = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, "default"
    state.fields_cache = related
    made.__dict__.update(zip(names, values, strict=True), _state=state)
    return made
