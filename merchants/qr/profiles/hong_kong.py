"""FPS (Hong Kong): HKMA's Common QR Code Specification for Retail Payments, template of HKICL's FPS."""

from merchants.qr.profiles.base import Format, Profile, Template, digits, one_of, tags

FPS = Profile(
    name="fps",
    source="HKMA, Common QR Code Specification for Retail Payments in Hong Kong; vectors of Odoo l10n_hk",
    templates=(
        Template(
            tags=tags(26, 51),
            gui=r"hk\.com\.hkicl",
            fields={
                "01": digits(3),
                "02": digits(7, 9),
                "03": Format(r"\+[0-9]{1,3}-[0-9]{6,14}", "a phone number such as +852-67891234"),
                "04": Format(r"[!-~]+@[!-~]+", "an e-mail address"),
                "05": digits(14),
                "06": one_of("0", "1"),
            },
            one_of=("02", "03", "04"),
        ),
    ),
    countries=("HK",),
    currencies=("344", "156"),
)
