"""VietQR (NAPAS) and VNPAY (Vietnam). VietQR's 38-01 holds bank and account, themselves as tag and length."""

from merchants.qr.profiles.base import Format, Profile, Template, ascii_text, digits

_LEFT_OUT = ("52", "59", "60")

VIETQR = Profile(
    name="vietqr",
    source="NAPAS, VietQR format for inter-bank transfer by QR; xuannghia/vietnam-qr-pay, subiz/vietqr (MIT)",
    templates=(
        Template(
            tags=("38",),
            gui="A000000727",
            fields={"02": Format("QR[A-Z]{2,8}", "a service code such as QRIBFTTA")},
            needs=("01",),
            nested={
                "01": {
                    "00": digits(6),
                    "01": Format("[A-Za-z0-9]{1,19}", "an account of 1 to 19 letters and digits"),
                }
            },
        ),
    ),
    countries=("VN",),
    currencies=("704",),
    left_out=_LEFT_OUT,
)
VNPAY = Profile(
    name="vnpay",
    source="xuannghia/vietnam-qr-pay (MIT)",
    templates=(Template(tags=("26",), gui="A000000775", fields={"01": ascii_text(20)}, needs=("01",)),),
    countries=("VN",),
    currencies=("704",),
    left_out=_LEFT_OUT,
)
