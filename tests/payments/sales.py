"""Sales of all sorts for properties: any amounts, rates and taxes, in money of 0, 2 and 3 decimals."""

from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from payments.core.fees import sale_fee
from payments.core.journals import Parts
from taxes.core.lines import POLICIES, PricedLine, TaxedSale, work_out
from taxes.core.rates import ZERO_REASONS, TaxRate

PAYMENT, MERCHANT, WALLET = UUID(int=1), UUID(int=2), UUID(int=3)
# Money without decimals is counted in larger numbers, and dinars have three.
MOST = {"VND": 10**10, "EUR": 10**6, "KWD": 10**7}

taxes = st.lists(
    st.builds(
        TaxRate,
        st.sampled_from(["VAT", "GST", "PST"]),
        st.integers(1, 1_000_000).map(lambda n: Decimal(n) / 10_000),
        st.booleans(),
    ),
    max_size=3,
    unique_by=lambda tax: tax.tax,
)


@st.composite
def sales(draw: st.DrawFn, most: int = 10**6) -> TaxedSale:
    """A sale of one to six lines that costs something."""
    lines = []
    for number in range(draw(st.integers(1, 6))):
        rates = tuple(draw(taxes))
        reason = "" if rates else draw(st.sampled_from(sorted(ZERO_REASONS)))
        amount = draw(st.integers(0 if number else 1, most))
        lines.append(PricedLine(f"line {number}", "standard", amount, rates, reason, draw(st.integers(1, 9))))
    return work_out(lines, inclusive=draw(st.booleans()), policy=draw(st.sampled_from(POLICIES)))


@st.composite
def parts(draw: st.DrawFn) -> Parts:
    """What a sale with tip and fee is made of."""
    currency = draw(st.sampled_from(sorted(MOST)))
    sale = draw(sales(MOST[currency]))
    tip_minor = draw(st.integers(0, MOST[currency]))
    return Parts(
        payment=PAYMENT,
        merchant=MERCHANT,
        wallet=WALLET,
        currency=currency,
        place="DE",
        net_minor=sale.net_minor,
        taxes=sale.totals,
        tip_minor=tip_minor,
        fee_minor=sale_fee(
            total_minor=sale.gross_minor + tip_minor,
            net_minor=sale.net_minor,
            rate_ppm=draw(st.integers(0, 1_000_000)),
        ),
    )
