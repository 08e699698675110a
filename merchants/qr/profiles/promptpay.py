"""PromptPay (Thailand): Thai QR Payment Standard, credit transfer in 29 and bill payment in 30.

Neither name, city nor category is printed by the banks' own apps, so 52, 59 and 60 may be missing.
"""

from merchants.qr.profiles.base import Format, Profile, Template, ascii_text, digits

PROMPTPAY = Profile(
    name="promptpay",
    source="Bank of Thailand, Thai QR Payment Standard; dtinth/promptpay-qr (MIT)",
    templates=(
        Template(
            tags=("29",),
            gui="A00000067701011[14]",
            fields={
                "01": Format("00[0-9]{11}", "13 digits: a phone number with its country, 00 in front"),
                "02": digits(13),
                "03": digits(15),
                "04": ascii_text(43),
            },
            one_of=("01", "02", "03", "04"),
        ),
        Template(
            tags=("30",),
            gui="A000000677010112",
            fields={"01": digits(15), "02": ascii_text(20), "03": ascii_text(20)},
            needs=("01", "02"),
        ),
        Template(tags=("31",), gui="A000000677010113"),
    ),
    countries=("TH",),
    currencies=("764",),
    left_out=("52", "59", "60"),
)
