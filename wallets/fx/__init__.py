"""Sources of rates of exchange: one file a source, each listed here."""

from wallets.fx.base import RateSource
from wallets.fx.ecb import Ecb
from wallets.fx.manual import Manual

RATE_SOURCES: dict[str, RateSource] = {"ecb": Ecb(), "manual": Manual()}
