"""KHQR (Cambodia): 29 for a person, 30 for a shop; 99 says when the code was made and until when it counts.

Its templates have no name of the scheme: sub field 00 is the Bakong account (name@bank), so that the country
in 58 belongs to what a KHQR code is known by.
"""

from merchants.qr.profiles.base import Format, Profile, Template, ascii_text, digits

_ACCOUNT = r"[!-?A-~]+@[!-?A-~]+"

KHQR = Profile(
    name="khqr",
    source="National Bank of Cambodia, KHQR content guideline; npm bakong-khqr 1.0.20",
    templates=(
        Template(
            tags=("29",),
            gui=_ACCOUNT,
            any_case=True,
            fields={"00": ascii_text(32), "01": ascii_text(32), "02": ascii_text(32)},
        ),
        Template(
            tags=("30",),
            gui=_ACCOUNT,
            any_case=True,
            fields={"00": ascii_text(32), "01": ascii_text(32), "02": ascii_text(32)},
            needs=("01", "02"),
        ),
    ),
    countries=("KH",),
    currencies=("116", "840"),
    by_country=True,
    fields={
        "99-00": Format("[0-9]{13}", "milliseconds since 1970 in 13 digits"),
        "99-01": digits(13),
    },
    zero_amount=True,
)
