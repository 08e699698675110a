"""What stands ready when the run begins, as `stage.py` made it: clients and oracle work from this alone."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Payer:
    """person and account as the database names them; cookies: of a browser that is signed in."""

    person: str
    account: str
    funds_minor: int
    cookies: dict[str, str]


@dataclass(frozen=True)
class Code:
    """A code that can be scanned: amount_minor is None where the payer types it."""

    link: str
    shop: str
    amount_minor: int | None


@dataclass(frozen=True)
class Plan:
    """links begin with `url`. printed: a code a shop. orders: one-time codes. owners: cookies, by shop."""

    url: str
    pin: str
    payers: list[Payer]
    printed: list[Code]
    orders: list[Code]
    owners: dict[str, dict[str, str]]

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self)))

    @staticmethod
    def read(path: Path) -> "Plan":
        """The plan that was written there."""
        found = json.loads(path.read_text())
        found["payers"] = [Payer(**payer) for payer in found["payers"]]
        for name in ("printed", "orders"):
            found[name] = [Code(**code) for code in found[name]]
        return Plan(**found)
