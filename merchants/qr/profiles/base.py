"""What a national scheme adds to EMVCo MPM v1.1, as data: one small table each, no code.

How strict a rule is taken is said once, by `Weight`. Patterns are matched over the whole value and write out
[0-9], because \\d also takes digits of other scripts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Weight(Enum):
    """What becomes of a payload that breaks a rule."""

    NOTE = "read with a warning, and may be written"
    SLIP = "read with a warning, never written"
    WRONG = "neither read nor written"


@dataclass(frozen=True)
class Format:
    """What a value looks like. pattern: matched over all of it. words: ends the sentence "59 must be …"."""

    pattern: str
    words: str
    weight: Weight = Weight.SLIP


@dataclass(frozen=True)
class Template:
    """The scheme's own merchant account information: where it stands and what is in it.

    tags: where it may stand. gui: a pattern of its sub field 00 (the globally unique identifier), known in
    any case; written so only if `any_case`. marks: whether finding it makes a payload one of the scheme.
    fields: formats by sub tag. needs: sub tags that must be there. one_of: sub tags of which exactly one is
    there, unless the root has the tag `instead`. nested: sub tags whose value is itself tag, length, value,
    with the formats inside.
    """

    tags: tuple[str, ...]
    gui: str
    any_case: bool = False
    marks: bool = True
    fields: Mapping[str, Format] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    instead: str = ""
    nested: Mapping[str, Mapping[str, Format]] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """One scheme. source: where its rules were taken from.

    countries, currencies: what "58" and "53" may say, () for anything; a scheme whose templates have no name
    of their own (`by_country`) is known by the country as well. left_out: mandatory tags of EMVCo that the
    scheme leaves out. needs: paths that it asks for beside the standard ("62-05"). fields: formats by path of
    what the standard leaves open. zero_amount: whether an amount of 0 is a way to say "the payer decides".
    """

    name: str
    source: str
    templates: tuple[Template, ...]
    countries: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    by_country: bool = False
    left_out: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    fields: Mapping[str, Format] = field(default_factory=dict)
    zero_amount: bool = False


def tags(first: int, last: int) -> tuple[str, ...]:
    """The tags from first to last, both included: tags(2, 3) is ("02", "03")."""
    return tuple(f"{tag:02}" for tag in range(first, last + 1))


def ascii_text(longest: int) -> Format:
    """1 to `longest` characters of EMV's common character set (format ans: printable ASCII)."""
    return Format(rf"[ -~]{{1,{longest}}}", f"1 to {longest} printable ASCII characters")


def digits(*lengths: int) -> Format:
    """As many digits as one of `lengths` says."""
    told = " or ".join(str(length) for length in lengths)
    return Format("|".join(f"[0-9]{{{length}}}" for length in lengths), f"{told} digits")


def one_of(*values: str) -> Format:
    """One of these values, in their case."""
    return Format("|".join(values), " or ".join(values))
