"""The words of an answer pack: what each figure is, on paper and page. No word claims what is owed."""

from collections.abc import Mapping

from reports.core.answer_figures import Provisional
from wallets.core.money_text import display_with_code

# What a figure may be: a short name, and what is in it.
CANDIDATES: Mapping[str, tuple[str, str]] = {
    "paid": (
        "All that customers paid",
        "With tax and tips, before refunds and fees. What payment providers and banks usually report.",
    ),
    "sales": ("Sales with tax", "The same without tips, before refunds."),
    "after_refunds": ("Sales with tax, less refunds", "What was sold and kept."),
    "net": ("Turnover without tax", "Sales less refunds and less the tax in them; exempt sales are in it."),
    "taxable_net": (
        "Taxable turnover without tax",
        "The same without sales that are exempt or outside the scope of the tax.",
    ),
    "credited": (
        "Credited to the shop",
        "All that customers paid, less refunds and less fees: what the wallet company owed the shop.",
    ),
    "paid_out": ("Paid out to the bank", "What was sent to the shop's bank account in the period."),
    "paid_and_personal": (
        "All that customers paid, and personal money received",
        "With transfers between persons to the wallet of the person who asked. Those are no sales.",
    ),
}
STEPS: Mapping[str, str] = {
    "paid": "All that customers paid",
    "tips": "Tips (outside the scope of the tax)",
    "refunds": "Refunds, without tips",
    "tax": "Tax in what is left",
    "exempt": "Exempt sales",
    "outside_scope": "Sales outside the scope of the tax",
}
PERSONAL_IS_OUT = (
    "Wallets of persons are not the shop's. Money that persons sent each other is not in this paper, and no "
    "figure of it is made from such."
)
PERSONAL_IS_IN = (
    "The person who asked has added the transfers of the own wallet. They are between persons and no sales. "
    "Transfers that were taken back are left out. Nobody else is named."
)
NO_ADVICE = (
    "This paper says what was paid through Quittance and nothing else: cash, cards and other sales are not "
    "in it. It is no tax return and no opinion on what is owed."
)


def difference_in_words(difference_minor: int) -> str:
    """Which way the authority's figure differs."""
    if difference_minor == 0:
        return "the same"
    return "the authority's figure is higher" if difference_minor > 0 else "the authority's figure is lower"


def provisional_in_words(corrected: int, changed_minor: int, cross: Provisional, currency: str) -> list[str]:
    """What to know of sales that were taxed before it was known how; nothing where there is none.

    corrected: how many corrections, which changed the tax by changed_minor.
    """
    said = []

    def money(minor: int) -> str:
        return display_with_code(minor, currency)

    if corrected:
        said.append(
            f"{_sales(corrected)} taxed provisionally, at the full rate, and corrected in this period. "
            f"That changed the tax by {money(changed_minor)}; what customers paid is unchanged. Each "
            "correction has a receipt of its own and is in these figures."
        )
    if cross.earlier:
        said.append(
            f"Of these, {_sales(cross.earlier)} made before this period. The tax was "
            f"{money(cross.earlier_before_minor)} and is {money(cross.earlier_tax_minor)}: the difference "
            "counts in this period, the sales in theirs."
        )
    if cross.later:
        said.append(
            f"{_sales(cross.later)} made in this period and corrected after it. Here they stand with the "
            f"provisional tax, {money(cross.later_before_minor)} after refunds. It is "
            f"{money(cross.later_tax_minor)} now: the difference counts in the period of the correction."
        )
    if cross.waiting:
        said.append(
            f"{_sales(cross.waiting)} taxed provisionally, at the full rate, and not corrected yet. That tax "
            "may still change, once the shop has said how it is taxed."
        )
    return said


def _sales(count: int) -> str:
    return "1 sale was" if count == 1 else f"{count} sales were"
