"""QRIS (Indonesia): the merchant's issuer in 26 to 45, the national merchant repository in 51."""

from merchants.qr.profiles.base import Format, Profile, Template, ascii_text, one_of, tags

_CRITERIA = one_of("UMI", "UKE", "UME", "UBE", "URE")

QRIS = Profile(
    name="qris",
    source="Bank Indonesia and ASPI, QRIS standard; qriskit 0.2.0 (MIT)",
    templates=(
        Template(
            tags=("51",),
            gui=r"ID\.CO\.QRIS\.WWW",
            fields={
                "02": Format("ID[0-9]{13}", "a national merchant id: ID and 13 digits"),
                "03": _CRITERIA,
            },
            needs=("02",),
        ),
        Template(
            tags=tags(26, 45),
            gui=r"(ID|COM)\..+",
            any_case=True,
            marks=False,
            fields={
                "01": Format("[0-9]{1,19}", "1 to 19 digits"),
                "02": ascii_text(15),
                "03": _CRITERIA,
            },
        ),
    ),
    countries=("ID",),
    currencies=("360",),
)
