"""Whatever fields are good come back; whatever text is thrown at a reader, the answer is a code or a no."""

import random
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.qr import emv, read
from merchants.qr.crc import crc_text
from merchants.qr.emv_tree import read_tree
from merchants.qr.profiles import PROFILES
from merchants.qr.profiles.base import Format, Profile, Template, tags
from tests.merchants.qr.samples import SAMPLES, Fields
from tests.merchants.qr.vectors import ALL
from wallets.core.currencies import CURRENCIES

ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
UNICODE = st.characters(exclude_categories=("Cs", "Cc"))
SEEDS = [emv.encode(fields) for fields in SAMPLES.values()] + [each["payload"] for each in ALL]


@cache  # making a strategy of a pattern takes longer than drawing from it
def like(wanted: Format, longest: int = 40) -> st.SearchStrategy[str]:
    return st.from_regex(wanted.pattern, fullmatch=True).filter(lambda text: len(text) <= longest)


@st.composite
def amounts(draw: Any, currency: str) -> str:
    exponent = next(each.exponent for each in CURRENCIES.values() if each.numeric == currency)
    whole = draw(st.integers(1, 99_999_999))
    behind = draw(st.integers(0, exponent))
    return f"{whole}.{draw(st.integers(0, 10**behind - 1)):0{behind}}" if behind else str(whole)


@st.composite
def inside_of(draw: Any, template: Template, tag: str) -> dict[str, str]:
    """A template of a scheme: its name, what it needs, one of its ways to the payee, some of the rest."""
    gui = draw(like(Format(template.gui, ""), 32))
    free = [sub for sub in template.fields if sub not in (*template.one_of, *template.needs, "00")]
    chosen = [draw(st.sampled_from(template.one_of))] if template.one_of else []
    chosen += [*template.needs, *draw(st.lists(st.sampled_from(free), unique=True) if free else st.just([]))]
    found = {"00": gui}
    for sub in chosen:
        if sub in template.nested:
            inner = template.nested[sub]
            parts = {each: draw(like(wanted)) for each, wanted in inner.items()}
            found[sub] = "".join(f"{each}{len(part):02}{part}" for each, part in parts.items())
        elif sub in template.fields and sum(len(part) + 4 for part in found.values()) < 55:
            found[sub] = draw(like(template.fields[sub]))
        elif sub in template.needs:
            found[sub] = draw(like(template.fields[sub], 15))
    return found


@st.composite
def good_fields(draw: Any, profile: Profile | None) -> Fields:
    """Fields that the standard and the scheme allow, in an order of chance."""
    currency = draw(st.sampled_from(profile.currencies if profile else ("978", "704", "048")))
    rest: Fields = {
        "52": draw(st.from_regex("[0-9]{4}", fullmatch=True)),
        "53": currency,
        "58": profile.countries[0] if profile else draw(st.sampled_from(["AT", "CN"])),
        "59": draw(st.text(ASCII, min_size=1, max_size=25)),
        "60": draw(st.text(ASCII, min_size=1, max_size=15)),
        "62": {"05": draw(st.from_regex("[A-Za-z0-9]{1,25}", fullmatch=True))},
    }
    if profile:
        template = draw(st.sampled_from([each for each in profile.templates if each.marks]))
        tag = draw(st.sampled_from(template.tags))
        rest[tag] = draw(inside_of(template, tag))
    else:
        rest[draw(st.sampled_from(tags(2, 25)))] = draw(st.text(ASCII, min_size=1, max_size=99))
    if draw(st.booleans()):
        rest["54"] = draw(amounts(currency))
    if draw(st.booleans()):
        rest["64"] = {"00": "km", "01": draw(st.text(UNICODE, min_size=1, max_size=25))}
    if draw(st.booleans()):
        rest["90"] = {"00": draw(st.text(UNICODE, min_size=1, max_size=90))}
    for left_out in profile.left_out if profile else ():
        if draw(st.booleans()):
            del rest[left_out]
    first = {"00": "01"} | ({"01": draw(st.sampled_from(["11", "12"]))} if draw(st.booleans()) else {})
    return first | dict(draw(st.permutations(list(rest.items()))))


@pytest.mark.parametrize("profile", [None, *PROFILES], ids=lambda one: one.name if one else "plain")
@given(data=st.data())
def test_good_fields_come_back_in_their_order(profile, data):
    fields = data.draw(good_fields(profile))
    payload = emv.encode(fields)
    found = emv.decode(payload)

    assert found.fields == {**fields, "63": payload[-4:]}
    assert list(found.fields) == [*fields, "63"]
    assert found.profile == (profile.name if profile else "")
    assert all(told.endswith("allows.") for told in found.warnings)
    assert emv.encode(found.fields) == payload


def answered(text: str) -> bool:
    """True for a code, False for a proper no; anything else is raised."""
    no = None
    try:
        read(text)
    except Refused as said:
        no = said
    if no:
        assert (no.status, type(no.facts["position"]), type(no.facts["reason"])) == (400, int, str)
        assert no.code in {"qr_malformed", "qr_crc_wrong", "qr_unknown"}
        assert 0 <= no.facts["position"] <= len(text)
    return no is None


@given(text=st.text())
def test_a_text_of_chance_is_no_code(text):
    assert not answered(text)


@given(text=st.text(st.characters()))
@pytest.mark.parametrize("head", ["000201", "hQVDUFYwM"])
def test_a_text_of_chance_behind_a_good_beginning_is_no_code(head, text):
    assert not answered(head + text)


@given(text=st.text(st.sampled_from("0123456789"), max_size=200))
def test_digits_with_a_good_check_sum_raise_nothing_else(text):
    body = f"000201{text}6304"

    assert answered(body + crc_text(body)) in (True, False)


@given(seed=st.sampled_from(SEEDS), chance=st.randoms(use_true_random=False), mend=st.booleans())
def test_codes_cut_doubled_and_changed_raise_nothing_else(seed, chance, mend):
    text = mutated(seed, chance)
    if mend:
        text = text[:-8] + "6304" + crc_text(text[:-8] + "6304")

    if answered(text) and text.startswith("0002"):
        assert emv.decode(text).fields == read_tree(text).fields()


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        a, b = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        text = chance.choice(
            [
                text[:a] + text[b:],
                text[:b] + text[a:],
                text[:a] + chance.choice("09aé\u0664\n") + text[a + 1 :],
            ]
        )
    return text


@given(
    fields=st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["00", "01", "26", "52", "62", "63", "80", "x"]), inner
        ),
    )
)
def test_fields_of_chance_are_refused_and_nothing_else(fields):
    with pytest.raises(Refused) as no:
        emv.encode(fields)

    assert no.value.code == "qr_field_invalid"
    assert {"field", "position", "reason"} <= set(no.value.facts)
