"""The national schemes we know inside EMV codes, tried in this order.

To add one: write its table in this folder and name it here.
"""

from merchants.qr.profiles.base import Profile
from merchants.qr.profiles.bharat import BHARAT_QR
from merchants.qr.profiles.hong_kong import FPS
from merchants.qr.profiles.khqr import KHQR
from merchants.qr.profiles.pix import PIX
from merchants.qr.profiles.promptpay import PROMPTPAY
from merchants.qr.profiles.qris import QRIS
from merchants.qr.profiles.singapore import PAYNOW, SGQR
from merchants.qr.profiles.vietnam import VIETQR, VNPAY

PROFILES: tuple[Profile, ...] = (
    PIX,
    PROMPTPAY,
    PAYNOW,
    SGQR,
    FPS,
    VIETQR,
    VNPAY,
    QRIS,
    KHQR,
    BHARAT_QR,
)
