"""National schemes: each line of each table is held on writing, and read leniently."""

import re

import pytest

from base.core.errors import Refused
from merchants.qr import emv
from merchants.qr.countries import COUNTRIES
from merchants.qr.profiles import PROFILES
from merchants.qr.profiles.base import Profile
from tests.merchants.qr.answers import lax, refused
from tests.merchants.qr.samples import SAMPLES, Fields, sample, with_value
from wallets.core.currencies import CURRENCIES

BY_NAME = {profile.name: profile for profile in PROFILES}

# A value for each format of each table that breaks nothing else.
WRONG_VALUES = {
    "pix": {"26-01": "my key", "26-02": "ação", "26-03": "1234567", "26-25": "https://pix.example.com/1",
            "80-25": "http://pix.example.com", "62-05": "A-17"},
    "promptpay": {"29-01": "0801234567", "29-02": "123456789012", "29-03": "01234567890123", "29-04": "é",
                  "30-01": "12345678901234", "30-02": "x" * 21, "30-03": "é"},
    "paynow": {"26-01": "1", "26-02": "2020-12345", "26-03": "2", "26-04": "2028", "51-01": "é",
               "51-02": "1.1", "51-03": "82867", "51-04": "é", "51-05": "é", "51-06": "0", "51-07": "2019"},
    "sgqr": {"51-01": "x" * 14, "51-02": "010001", "51-03": "82867x", "51-04": "x" * 11, "51-05": "x" * 11,
             "51-06": "00000", "51-07": "2019123"},
    "fps": {"26-01": "04", "26-02": "12345678", "26-03": "+85267891234", "26-04": "shop.example",
            "26-05": "20281231", "26-06": "yes"},
    "vietqr": {"38-02": "IBFTTA"},
    "vnpay": {"26-01": "x" * 21},
    "qris": {"51-02": "8924115781565", "51-03": "UXX", "26-01": "x", "26-02": "x" * 16, "26-03": "umi"},
    "khqr": {"29-00": "é", "29-01": "x" * 33, "29-02": "é", "30-00": "é", "30-01": "é", "30-02": "é",
             "99-00": "1613438575", "99-01": "tomorrow"},
    "bharatqr": {},
}  # fmt: skip
# Where the scheme's other template stands, or another of "exactly one".
BESIDE: dict[tuple[str, str], Fields] = {
    ("pix", "26-25"): {"26": {"00": "br.gov.bcb.pix"}},
    ("pix", "80-25"): {"26": {"00": "br.gov.bcb.pix"}, "80": {"00": "br.gov.bcb.pix"}},
    **{("promptpay", f"29-{sub}"): {"29": {"00": "A000000677010111"}} for sub in ("01", "02", "03", "04")},
    **{
        ("promptpay", f"30-{sub}"): {
            "30": {"00": "A000000677010112", "01": "123456789012345", "02": "REF", "03": "R"}
        }
        for sub in ("01", "02", "03")
    },
    **{("paynow", f"51-0{sub}"): {"51": SAMPLES["sgqr"]["51"]} for sub in range(1, 8)},
    ("fps", "26-03"): {"26": {"00": "hk.com.hkicl"}},
    ("fps", "26-04"): {"26": {"00": "hk.com.hkicl"}},
    **{("khqr", f"29-{sub}"): {"29": {"00": "me@bank"}} for sub in ("01", "02")},
}
# A Bakong account in another form is no KHQR any more, so these two lines cannot be broken by themselves.
KNOWN_BY = {("khqr", "29-00"), ("khqr", "30-00")}


def formats_of(profile: Profile) -> dict[str, str]:
    """Path and words of every format in a table, under the tag where the tests put it."""
    found = {path: wanted.words for path, wanted in profile.fields.items()}
    for template in profile.templates:
        found |= {f"{template.tags[0]}-{sub}": wanted.words for sub, wanted in template.fields.items()}
    return found


LINES = [(name, path) for name, profile in BY_NAME.items() for path in formats_of(profile)]


def broken(name: str, path: str) -> Fields:
    """A sample in which one value has another format."""
    fields = {**sample(name), **BESIDE.get((name, path), {})}
    tag, _, sub = path.partition("-")
    fields[tag] = {**fields.get(tag, {}), sub: WRONG_VALUES[name][path]}
    return fields


def test_each_line_of_each_table_is_tried():
    assert {name: set(values) for name, values in WRONG_VALUES.items()} == {
        name: set(formats_of(profile)) for name, profile in BY_NAME.items()
    }


@pytest.mark.parametrize(("name", "path"), [line for line in LINES if line not in KNOWN_BY])
def test_a_value_in_another_format_is_not_written_but_read_with_a_warning(name, path):
    says = f"{path} must be {formats_of(BY_NAME[name])[path]}."

    assert refused(broken(name, path)) == (path, says)
    assert says in emv.decode(lax(broken(name, path))).warnings


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("pix", "62-05"),
        ("promptpay", "30-01"),
        ("promptpay", "30-02"),
        ("paynow", "26-01"),
        ("paynow", "26-02"),
        ("paynow", "26-03"),
        ("sgqr", "51-01"),
        ("sgqr", "51-02"),
        ("vietqr", "38-01"),
        ("vnpay", "26-01"),
        ("qris", "51-02"),
        ("khqr", "30-01"),
        ("khqr", "30-02"),
    ],
)
def test_what_a_scheme_asks_for_must_be_there(name, path):
    fields = {**sample(name), **BESIDE.get((name, path), {})}
    fields[path[:2]] = {sub: value for sub, value in fields[path[:2]].items() if sub != path[3:]}
    fields["62"] = fields.get("62") or {"01": "x"}

    assert refused(fields) == (path, f"{path} is missing.")
    assert f"{path} is missing." in emv.decode(lax(fields)).warnings


@pytest.mark.parametrize(
    ("name", "tag", "inside"),
    [
        ("pix", "26", {"02": "no key"}),
        ("pix", "26", {"01": "key", "25": "pix.example.com/1"}),
        ("promptpay", "29", {}),
        ("promptpay", "29", {"01": "0066801234567", "02": "1234567890123"}),
        ("fps", "26", {}),
        ("fps", "26", {"02": "1234567", "04": "shop@example.com"}),
    ],
)
def test_exactly_one_way_to_the_payee_is_named(name, tag, inside):
    fields = sample(name)
    fields[tag] = {"00": fields[tag]["00"], **inside}

    field, reason = refused(fields)
    assert (field, reason.startswith(f"{tag} must hold exactly one of ")) == (tag, True)


def test_a_recurrence_alone_needs_no_key():
    fields = sample("pix")
    fields["26"] = {"00": "br.gov.bcb.pix"}
    fields["80"] = {"00": "br.gov.bcb.pix", "25": "pix.example.com/qr/v2/rec/94ed2bad"}

    assert emv.decode(emv.encode(fields)).warnings == ()


@pytest.mark.parametrize("name", [name for name, profile in BY_NAME.items() if name != "khqr"])
def test_country_and_currency_are_the_scheme_s_own(name):
    own = BY_NAME[name]
    assert refused({**sample(name), "53": "978"}) == (
        "53",
        f"53 must be {' or '.join(own.currencies)} in {name}.",
    )
    assert refused({**sample(name), "58": "AT"}) == (
        "58",
        f"58 must be {' or '.join(own.countries)} in {name}.",
    )


def test_a_bank_account_of_another_country_is_no_khqr():
    assert emv.decode(emv.encode(sample("khqr"))).profile == "khqr"
    assert emv.decode(emv.encode({**sample("khqr"), "58": "AT", "53": "978"})).profile == ""
    assert refused({**sample("khqr"), "53": "978"})[0] == "53"


@pytest.mark.parametrize("name", [name for name, profile in BY_NAME.items() if profile.left_out])
def test_what_a_scheme_leaves_out_is_read_and_written_with_a_word(name):
    fields = {tag: value for tag, value in sample(name).items() if tag not in ("52", "59", "60")}
    found = emv.decode(emv.encode(fields))

    assert found.warnings == tuple(f"{tag} is missing, as {name} allows." for tag in ("52", "59", "60"))


@pytest.mark.parametrize("name", [name for name, profile in BY_NAME.items() if not profile.left_out])
@pytest.mark.parametrize("tag", ["52", "59", "60"])
def test_what_a_scheme_does_not_leave_out_is_only_read_without(name, tag):
    fields = with_value(sample(name), tag, None)

    assert refused(fields) == (tag, f"{tag} is missing.")
    assert f"{tag} is missing." in emv.decode(lax(fields)).warnings


@pytest.mark.parametrize("name", list(BY_NAME))
@pytest.mark.parametrize("tag", ["53", "58"])
def test_no_scheme_is_read_without_currency_or_country(name, tag):
    with pytest.raises(Refused, match=f"{tag} is missing"):
        emv.decode(lax(with_value(sample(name), tag, None)))


@pytest.mark.parametrize(
    ("name", "path", "gui"),
    [
        ("promptpay", "29-00", "a000000677010111"),
        ("paynow", "26-00", "sg.paynow"),
        ("sgqr", "51-00", "sg.sgqr"),
        ("fps", "26-00", "HK.COM.HKICL"),
        ("vietqr", "38-00", "a000000727"),
        ("vnpay", "26-00", "a000000775"),
        ("qris", "51-00", "id.co.qris.www"),
    ],
)
def test_a_scheme_is_known_in_other_letters_but_not_written_so(name, path, gui):
    fields = with_value(sample(name), path, gui)
    found = emv.decode(lax(fields))

    assert (found.profile, f"{path} is the scheme's name in other letters." in found.warnings) == (name, True)
    assert refused(fields)[0] == path


@pytest.mark.parametrize("gui", ["br.gov.bcb.pix", "BR.GOV.BCB.PIX", "Br.Gov.Bcb.Pix"])
@pytest.mark.parametrize("tag", ["26", "27", "51"])
def test_pix_may_be_written_in_any_letters_and_under_any_template_tag(gui, tag):
    fields = sample("pix")
    fields[tag] = {**fields.pop("26"), "00": gui}

    assert emv.decode(emv.encode(fields)).profile == "pix"


@pytest.mark.parametrize("gui", ["br.gov.bcb.pixx", "brXgov.bcb.pix", "A000000677010110", "SG.PAYNOW2"])
def test_another_name_is_another_scheme(gui):
    assert emv.decode(emv.encode(with_value(sample(), "26-00", gui))).profile == ""


def test_a_scheme_is_known_only_under_its_own_tag():
    fields = {**sample(), "30": SAMPLES["promptpay"]["29"]}

    assert emv.decode(emv.encode(fields)).profile == ""


@pytest.mark.parametrize("value", ["***", "a", "Z" * 25, "0"])
def test_a_txid_is_letters_and_digits_or_three_stars(value):
    assert emv.encode(with_value(sample("pix"), "62-05", value))


@pytest.mark.parametrize("value", ["", "**", "****", "a b", "a-b", "ação", "Z" * 26])
def test_any_other_txid_is_not_written(value):
    assert refused(with_value(sample("pix"), "62-05", value))[0] == "62-05"


@pytest.mark.parametrize("name", ["pix", "khqr"])
def test_zero_means_that_the_payer_decides_where_the_scheme_says_so(name):
    assert emv.decode(emv.encode({**sample(name), "54": "0.00"})).warnings == ()


@pytest.mark.parametrize("tag", ["59", "60"])
@pytest.mark.parametrize("name", list(BY_NAME))
def test_names_and_cities_are_ascii(name, tag):
    assert refused({**sample(name), tag: "São"})[0] == tag


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("0006970422", "38-01-01"),
        ("0103123", "38-01-00"),
        ("0006970420103123", "38-01"),
        ("0006970422019912", "38-01"),
        ("970422123", "38-01"),
    ],
)
def test_bank_and_account_of_vietqr_are_tag_and_length_again_and_never_guessed(value, path):
    fields = with_value(sample("vietqr"), "38-01", value)

    assert refused(fields)[0].startswith(path)
    with pytest.raises(Refused) as no:
        emv.decode(lax(fields))
    assert no.value.code == "qr_malformed"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("00069704220103A-1", "38-01-01"),
        ("00069704220120" + "1" * 20, "38-01-01"),
        ("0005970420103123", "38-01-00"),
    ],
)
def test_bank_and_account_of_vietqr_have_their_form(value, path):
    fields = with_value(sample("vietqr"), "38-01", value)

    assert refused(fields)[0] == path
    assert [told for told in emv.decode(lax(fields)).warnings if told.startswith(f"{path} must be")]


def test_tables_say_where_they_are_from_and_name_what_exists():
    numerics = {currency.numeric for currency in CURRENCIES.values()}
    for profile in PROFILES:
        assert profile.source
        assert set(profile.countries) <= COUNTRIES
        assert set(profile.currencies) <= numerics
        for template in profile.templates:
            assert re.compile(template.gui)
    assert len(BY_NAME) == len(PROFILES)


def test_every_country_is_one_of_two_letters():
    assert len(COUNTRIES) == 249
    assert {"AT", "BR", "KH", "ZW"} <= COUNTRIES
    assert all(re.fullmatch("[A-Z]{2}", country) for country in COUNTRIES)
