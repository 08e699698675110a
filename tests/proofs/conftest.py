"""What a proof says at its end."""

import json

import pytest

from tests.proofs.scale import FULL, Tell


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """One JSON line a proof: in the terminal of `./run prove`, else kept with the test's output."""

    def say(proof: str, **figures: object) -> None:
        line = json.dumps({"proof": proof, **figures})
        if FULL:
            with capsys.disabled():
                print(f"\n{line}", flush=True)
        else:
            print(line)

    return say
