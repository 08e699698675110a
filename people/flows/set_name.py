"""A person says the name that others see: on the link to their wallet, and where they ask for money."""

from uuid import UUID

from base.core.errors import Refused
from base.core.plain_text import plain_text
from people.models import User

NAME_MAX = 60


def set_name(*, person_id: UUID, name: str) -> str:
    """Keep the name. Refused: name_missing, text_invalid, text_too_long (all 400)."""
    said = plain_text(name, limit=NAME_MAX)
    if not any(sign.isalpha() for sign in said):
        raise Refused("name_missing", "Write a name with letters, please.")
    User.objects.filter(pk=person_id).update(name=said)
    return said
