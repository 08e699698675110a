"""PayNow and SGQR (Singapore): 26 with SG.PAYNOW, and 51 with the SGQR id, which may stand without PayNow."""

from merchants.qr.profiles.base import Format, Profile, Template, ascii_text, digits, one_of, tags

_SGQR = Template(
    tags=("51",),
    gui=r"SG\.SGQR",
    fields={
        "01": ascii_text(13),
        "02": Format(r"[0-9]{2}\.[0-9]{4}", "a version such as 01.0001"),
        "03": digits(6),
        "04": ascii_text(10),
        "05": ascii_text(10),
        "06": digits(4),
        "07": digits(8),
    },
    needs=("01", "02"),
)

PAYNOW = Profile(
    name="paynow",
    source="MAS and IMDA, SGQR specifications; ABS, PayNow; vectors of Odoo l10n_sg",
    templates=(
        Template(
            tags=tags(26, 50),
            gui=r"SG\.PAYNOW",
            fields={
                "01": one_of("0", "2"),
                "02": Format(r"\+[0-9]{8,15}|[A-Z0-9]{9,13}", "a phone number with + and country, or a UEN"),
                "03": one_of("0", "1"),
                "04": digits(8, 14),
            },
            needs=("01", "02", "03"),
        ),
        Template(tags=_SGQR.tags, gui=_SGQR.gui, fields=_SGQR.fields, needs=_SGQR.needs, marks=False),
    ),
    countries=("SG",),
    currencies=("702",),
)
SGQR = Profile(
    name="sgqr",
    source="MAS and IMDA, SGQR specifications",
    templates=(_SGQR,),
    countries=("SG",),
    currencies=("702",),
)
