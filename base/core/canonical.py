"""One text for one set of facts: what a hash is taken of, and is kept as it was written."""

import json
from collections.abc import Mapping
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(facts: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no space; hash its UTF-8 bytes, never a re-serialised copy."""
    return _ENCODER.encode(facts)
