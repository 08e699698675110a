"""What a sale and a refund come to, worked out a second time: fractions, and nothing of the product.

A fault of the product's arithmetic is not repeated here. Amounts are minor units.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

TIP = "tip"
PPM = 1_000_000


@dataclass(frozen=True)
class Rate:
    """account: the end of the tax account's code. percent: exact."""

    account: str
    percent: Fraction


@dataclass(frozen=True)
class Shop:
    """What of a shop decides about money. rates: by category."""

    id: str
    currency: str
    rates: dict[str, Rate]
    inclusive: bool
    once_a_rate: bool
    fee: Fraction = Fraction(1, 200)
    share_ppm: int = 0  # of the net after the fee, to `partner`
    partner: str = ""
    fenced: bool = False  # tax stays when money is paid out
    returned: bool = False  # its bank sends payouts back

    def account(self, name: str) -> str:
        return f"merchant:{self.id}:{self.currency}:{name}"

    @property
    def fees(self) -> str:
        return f"platform:{self.currency}:fees:{self.id}"


@dataclass
class Line:
    """A sold line, or what is left of it. kind: its tax account, or TIP."""

    kind: str
    net: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.tax


def half_up(amount: Fraction) -> int:
    """To the nearest whole, a half up."""
    return floor(amount + Fraction(1, 2))


def shared(total: int, weights: list[int]) -> list[int]:
    """`total` in proportion to the weights; the largest fractions get what is left over, the first first."""
    whole = sum(weights)
    if whole == 0:
        return [0 for _ in weights]
    exact = [Fraction(total * weight, whole) for weight in weights]
    parts = [floor(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


def taxed(shop: Shop, lines: list[tuple[str, int]], *, inclusive: bool) -> list[Line]:
    """Lines (category, amount) as sold: the tax taken out of the amounts, or put on top of them."""
    rates = [shop.rates[category] for category, _ in lines]
    taxes = [0] * len(lines)
    for rate in dict.fromkeys(rates):
        places = [place for place, each in enumerate(rates) if each == rate]
        amounts = [lines[place][1] for place in places]
        share = rate.percent / (100 + rate.percent) if inclusive else rate.percent / 100
        if shop.once_a_rate:
            found = shared(half_up(sum(amounts) * share), amounts)
        else:
            found = [half_up(amount * share) for amount in amounts]
        for place, tax in zip(places, found, strict=True):
            taxes[place] = tax
    return [
        Line(rate.account, amount - tax if inclusive else amount, tax)
        for rate, (_, amount), tax in zip(rates, lines, taxes, strict=True)
    ]


def given_back(left: list[Line], amount: int) -> list[Line]:
    """What goes back of each line: shared over the rates, in each over tax and net, then over the lines."""
    back = [Line(line.kind, 0, 0) for line in left]
    kinds = list(dict.fromkeys(line.kind for line in left))
    places = {kind: [at for at, line in enumerate(left) if line.kind == kind] for kind in kinds}
    parts = shared(amount, [sum(left[at].gross for at in places[kind]) for kind in kinds])
    for kind, part in zip(kinds, parts, strict=True):
        taxes, nets = ([getattr(left[at], what) for at in places[kind]] for what in ("tax", "net"))
        tax, net = shared(part, [sum(taxes), sum(nets)])
        for at, tax_part, net_part in zip(places[kind], shared(tax, taxes), shared(net, nets), strict=True):
            back[at] = Line(kind, net_part, tax_part)
    return back
