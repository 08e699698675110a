"""Payloads gathered from specifications and other libraries, read from the shared folder and never copied."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

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
