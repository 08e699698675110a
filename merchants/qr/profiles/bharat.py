"""Bharat QR (India): card ids in 02 to 07, account and IFSC in 08, UPI in 26 and 27.

For reading. Of its sub fields nothing is checked, and written it is held to EMVCo's rules alone.
"""

from merchants.qr.profiles.base import Profile, Template

BHARAT_QR = Profile(
    name="bharatqr",
    source="NPCI, Mastercard and Visa, Bharat QR; Razorpay's documentation",
    templates=(Template(tags=("26", "27", "28"), gui="A000000524", any_case=True),),
    countries=("IN",),
    currencies=("356",),
)
