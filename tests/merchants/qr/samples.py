"""One good code of each scheme, as fields: tests break them in one place."""

from copy import deepcopy
from typing import Any

Fields = dict[str, Any]

PLAIN: Fields = {
    "00": "01",
    "01": "12",
    "02": "4000123456789012",
    "26": {"00": "D15600000000", "05": "A93FO3230Q"},
    "52": "4111",
    "53": "978",
    "54": "23.72",
    "58": "AT",
    "59": "Cafe Zentral",
    "60": "WIEN",
    "61": "1010",
    "62": {"05": "A-17", "09": "ME"},
    "64": {"00": "DE", "01": "Café Zentral", "02": "WIEN"},
}
_END = {"52": "0000", "59": "SHOP", "60": "CITY"}
SAMPLES: dict[str, Fields] = {
    "": PLAIN,
    "pix": {
        "00": "01",
        "26": {"00": "BR.GOV.BCB.PIX", "01": "+5511999998888", "02": "Pedido 7", "03": "12345678"},
        "53": "986",
        "58": "BR",
        **_END,
        "62": {"05": "Pedido7"},
    },
    "promptpay": {
        "00": "01",
        "29": {"00": "A000000677010111", "01": "0066801234567"},
        "53": "764",
        "58": "TH",
    },
    "paynow": {
        "00": "01",
        "26": {"00": "SG.PAYNOW", "01": "2", "02": "202012345X", "03": "1", "04": "20281231"},
        "53": "702",
        "58": "SG",
        **_END,
    },
    "sgqr": {
        "00": "01",
        "02": "4000123456789012",
        "51": {"00": "SG.SGQR", "01": "202012345X123", "02": "01.0001", "03": "828671", "04": "01", "05": "1",
               "06": "0000", "07": "20191231"},
        "53": "702",
        "58": "SG",
        **_END,
    },
    "fps": {
        "00": "01",
        "26": {"00": "hk.com.hkicl", "01": "004", "02": "1234567", "05": "20281231235959", "06": "0"},
        "53": "344",
        "58": "HK",
        **_END,
    },
    "vietqr": {
        "00": "01",
        "38": {"00": "A000000727", "01": "0006970422011003523509AB", "02": "QRIBFTTA"},
        "53": "704",
        "58": "VN",
        "62": {"08": "cam on"},
    },
    "vnpay": {"00": "01", "26": {"00": "A000000775", "01": "0108799042"}, "53": "704", "58": "VN"},
    "qris": {
        "00": "01",
        "26": {"00": "ID.DANA.WWW", "01": "936009156604876475", "02": "938242194", "03": "UMI"},
        "51": {"00": "ID.CO.QRIS.WWW", "02": "ID8924115781565", "03": "UMI"},
        "53": "360",
        "58": "ID",
        **_END,
    },
    "khqr": {
        "00": "01",
        "30": {"00": "shop@bank", "01": "123456", "02": "Dev Bank"},
        "53": "116",
        "58": "KH",
        **_END,
        "99": {"00": "1613438575892", "01": "1613438975892"},
    },
    "bharatqr": {
        "00": "01",
        "06": "6100590000000089",
        "26": {"00": "A000000524", "01": "shop@bank"},
        "53": "356",
        "58": "IN",
        **_END,
    },
}  # fmt: skip


def sample(profile: str = "") -> Fields:
    """A copy to break."""
    return deepcopy(SAMPLES[profile])


def with_value(fields: Fields, path: str, value: Any) -> Fields:
    """Fields with a value at a path ("26-01"), a new one at the end; None takes it out."""
    tag, _, sub = path.partition("-")
    place = fields.setdefault(tag, {}) if sub else fields
    if value is None:
        del place[sub or tag]
    else:
        place[sub or tag] = value
    return fields
