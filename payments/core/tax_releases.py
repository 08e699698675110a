"""Ring-fenced tax leaves its accounts: to the merchant that has filed and paid, or to the authority. Pure.

Taken account by account in the order of their codes, never more than is fenced. What went back to payers
after a remittance is a claim against the authority, and the next remittance nets it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.core.canonical import canonical
from base.core.errors import Refused
from payments.core.payouts import Part
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Draft, legs
from wallets.core.money import exponent, format_minor

# The journals by which tax leaves its accounts, or comes back unspent: all else is earned or given back.
LEAVING = ("payout", "payout_returned", "tax_release", "tax_remittance")
PAYABLE, AUTHORITY = "payable", "authority"
_KINDS = {PAYABLE: "tax_release", AUTHORITY: "tax_remittance"}


@dataclass(frozen=True, slots=True)
class Release:
    """What leaves the tax accounts of one place. to: PAYABLE or AUTHORITY.

    period: what was filed, in the merchant's words; until: then only tax of what happened before.
    claim_minor: of a remittance, what is claimed from the authority, zero or above.
    """

    id: UUID
    merchant: UUID
    place: str
    currency: str
    to: str
    parts: tuple[Part, ...]
    happened_at: datetime
    period: str = ""
    until: datetime | None = None
    claim_minor: int = 0

    @property
    def amount_minor(self) -> int:
        return sum(part.amount_minor for part in self.parts)

    @property
    def netted_minor(self) -> int:
        """What of it fills up the claim, and is not sent."""
        return min(self.claim_minor, self.amount_minor) if self.to == AUTHORITY else 0


def within(fenced: Sequence[Part], before: Mapping[str, int] | None) -> tuple[Part, ...]:
    """What of the fenced tax may be released. before: minor units by code that came in before a moment."""
    if before is None:
        return tuple(fenced)
    found = (Part(part.account, min(part.amount_minor, before.get(part.account.code, 0))) for part in fenced)
    return tuple(part for part in found if part.amount_minor > 0)


def take(there: Sequence[Part], currency: str, *, amount_minor: int | None) -> tuple[Part, ...]:
    """The parts of one release: of all that is there, or of `amount_minor`. Sums to it, to the minor unit.

    Refused: amount_invalid (400), nothing_to_release (409), release_too_large (409, fenced_minor).
    """
    whole = sum(part.amount_minor for part in there)
    wanted = whole if amount_minor is None else amount_minor
    if wanted < 0 or (amount_minor is not None and wanted == 0):
        raise Refused("amount_invalid", "Type an amount above zero.", field="amount")
    if whole == 0:
        text = "No tax is set aside here for this. Nothing was moved."
        raise Refused("nothing_to_release", text, status=409)
    if wanted > whole:
        text = (
            f"Only {format_minor(whole, currency)} {currency} is set aside here for this. Nothing was moved."
        )
        raise Refused("release_too_large", text, status=409, fenced_minor=whole, field="amount")
    taken: list[Part] = []
    for part in there:
        amount = min(part.amount_minor, wanted)
        wanted -= amount
        if amount:
            taken.append(Part(part.account, amount))
    return tuple(taken)


def document(release: Release) -> str:
    """The release as canonical JSON: the bytes whose SHA-256 stands in its journal."""
    facts = {
        "kind": _KINDS[release.to],
        "release": str(release.id),
        "merchant": str(release.merchant),
        "place": release.place,
        "currency": release.currency,
        "minor_units": exponent(release.currency),
        "amount_minor": release.amount_minor,
        "netted_minor": release.netted_minor,
        "parts": [
            {"account": part.account.code, "amount_minor": part.amount_minor} for part in release.parts
        ],
        "period": release.period,
        "until": release.until.isoformat() if release.until else None,
        "happened_at": release.happened_at.isoformat(),
    }
    return canonical(facts)


def released(release: Release, *, journal: UUID, sha256: bytes) -> Draft:
    """The tax leaves its accounts: to the sales, or on its way to the authority."""
    merchant, currency, place = release.merchant, release.currency, release.place
    target: AccountName = chart.payable(merchant, currency)
    if release.to == AUTHORITY:
        target = chart.authority(currency, place)
    kind = _KINDS[release.to]
    return Draft(
        id=journal,
        reference=f"{kind}:{release.id}",
        kind=kind,
        happened_at=release.happened_at,
        shard_key=merchant,
        legs=legs(
            *((part.account, -part.amount_minor) for part in release.parts),
            (chart.tax_claim(merchant, currency, place), release.netted_minor),
            (target, release.amount_minor - release.netted_minor),
        ),
        document_sha256=sha256,
    )
