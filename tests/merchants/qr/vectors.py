"""Payloads gathered from specifications and other libraries, read from the shared folder and never copied;
and how the tests ask for a no.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from base.core.errors import Refused

SHARED = Path(os.environ.get("QUITTANCE_SHARED") or Path(__file__).parents[4] / "shared")
PATH = SHARED / "vectors/qr_payloads.json"


def load() -> list[dict[str, Any]]:
    """All of them; none where the folder is missing, which CI takes for a failure."""
    if not PATH.exists():
        assert os.environ.get("CI") != "true", f"{PATH} is missing: set QUITTANCE_SHARED"
        return []
    found: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))["vectors"]
    return found


ALL = load()
MPM = [each for each in ALL if each["format"] == "EMV-MPM"]
GOOD = [each for each in MPM if each["crc_ok"]]
BAD = [each for each in MPM if not each["crc_ok"]]
CPM = [each for each in ALL if each["format"] == "EMV-CPM"]


def each_of(vectors: list[dict[str, Any]]) -> pytest.MarkDecorator:
    """The test once a vector, under its id; one skip with the reason where there are none."""
    why = f"{PATH} is missing: set QUITTANCE_SHARED to the folder with the vectors"
    params = [pytest.param(each, id=each["id"]) for each in vectors]
    return pytest.mark.parametrize(
        "vector", params or [pytest.param({}, marks=pytest.mark.skip(reason=why), id="none")]
    )


def vectors_of(prefix: str) -> list[dict[str, Any]]:
    """The vectors whose id begins so. Skips without the folder; in CI that is a failure (`load`)."""
    if not ALL:
        pytest.skip(f"{PATH} is missing: set QUITTANCE_SHARED")
    found = [each for each in ALL if each["id"].startswith(prefix)]
    assert found, prefix
    return found


def assert_unreadable(decode: Callable[[str], object], payload: str, position: int, reason: str) -> None:
    """It is refused at this place, and the sentence says so."""
    with pytest.raises(Refused) as no:
        decode(payload)
    assert (no.value.code, no.value.status) == ("qr_malformed", 400)
    assert reason in no.value.facts["reason"], no.value.facts
    assert no.value.facts["position"] == position, no.value.facts
    assert no.value.facts.keys() == {"position", "reason"}


def assert_unwritable(
    encode: Callable[[Mapping[str, Any]], str], fields: Mapping[str, Any], field: str, reason: str
) -> None:
    """It is refused for this field, and the sentence says so."""
    with pytest.raises(Refused) as no:
        encode(fields)
    assert (no.value.code, no.value.status) == ("qr_field_invalid", 400)
    assert no.value.facts["field"] == field, no.value.facts
    assert reason in no.value.facts["reason"], no.value.facts
    assert no.value.facts.keys() == {"field", "reason"}


def assert_says(module: Any, prefix: str) -> None:
    """Each vector with this prefix decodes to what it is expected to say, or is refused where it is wrong."""
    for vector in vectors_of(prefix):
        if vector.get("valid", True):
            assert module.reads(vector["payload"]), vector["id"]
            said = module.decode(vector["payload"])
            assert vector["expected"].items() <= said.fields.items(), vector["id"]
            assert said.crc_ok is vector["crc_ok"], vector["id"]
        else:
            with pytest.raises(Refused) as no:
                module.decode(vector["payload"])
            assert no.value.code == "qr_malformed", vector["id"]
            assert 0 <= no.value.facts["position"] <= len(vector["payload"])


def assert_answers_or_refuses(module: Any, payload: str) -> None:
    """Whatever a camera hands over: an answer, or Refused with a place inside the text; never a bug."""
    module.reads(payload)
    refused = None
    try:
        said = module.decode(payload)
    except Refused as no:
        refused = no
    if refused is None:
        json.dumps(dict(said.fields))
        assert said.fields
    else:
        assert refused.code == "qr_malformed"
        assert 0 <= refused.facts["position"] <= len(payload)


def mutated(payload: str, at: int, cut: int, put: str) -> str:
    """The payload with some characters replaced."""
    at %= len(payload) + 1
    return payload[:at] + put + payload[at + cut :]
