"""Ways in and out of the banks: one file a rail, each listed here."""

from wallets.rails.base import Rail
from wallets.rails.sandbox import Sandbox

RAILS: dict[str, Rail] = {"sandbox": Sandbox()}
