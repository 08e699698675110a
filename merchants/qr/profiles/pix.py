"""PIX (Brazil): BR Code in the Manual de Padrões para Iniciação do Pix of Banco Central do Brasil.

The samples of the bank's own API description (bacen/pix-api, openapi.yaml) are read. A code that only agrees
on a recurrence has its address in 80 and nothing but the GUI in 26.
"""

from merchants.qr.profiles.base import Format, Profile, Template, ascii_text, digits, tags

_URL = Format(r"(?!https?://)[!-~]{1,77}", "an address of 1 to 77 characters without https://")

PIX = Profile(
    name="pix",
    source="Banco Central do Brasil, Manual de Padrões para Iniciação do Pix; bacen/pix-api openapi.yaml",
    templates=(
        Template(
            tags=tags(26, 51),
            gui=r"br\.gov\.bcb\.pix",
            any_case=True,
            fields={
                "01": Format(r"[!-~]{1,77}", "a PIX key of 1 to 77 ASCII characters without spaces"),
                "02": ascii_text(72),
                "03": digits(8),
                "25": _URL,
            },
            one_of=("01", "25"),
            instead="80",
        ),
        Template(tags=("80",), gui=r"br\.gov\.bcb\.pix", any_case=True, marks=False, fields={"25": _URL}),
    ),
    countries=("BR",),
    currencies=("986",),
    needs=("62-05",),
    fields={"62-05": Format(r"\*\*\*|[A-Za-z0-9]{1,25}", "*** or 1 to 25 letters and digits (txid)")},
    zero_amount=True,
)
