"""Who takes part in the stateful model: two shops and a partner, three payers, two currencies."""

from dataclasses import dataclass
from fractions import Fraction

from merchants.flows.set_bank_account import set_bank_account
from merchants.flows.set_tax_mode import set_tax_mode
from merchants.models import QrCode
from people.models import User
from tests import factories
from tests.payments.payouts.partners import agreed
from tests.proofs.arithmetic import Rate, Shop
from tests.proofs.reference_out import Ledger
from tests.wallets.orders import PAID_IBAN, RETURNED_IBAN
from wallets.flows.show_code import show_code
from wallets.models import Wallet

GERMAN = {
    "standard": Rate("tax:DE:VAT:19.0000", Fraction(19)),
    "reduced": Rate("tax:DE:VAT:7.0000", Fraction(7)),
}
TEXAN = dict.fromkeys(GERMAN, Rate("tax:US-TX:SALES:8.2500", Fraction(33, 4)))


FUNDS = {"EUR": 400_00, "USD": 400_00}
SHARE_PPM = 300_000


@dataclass
class Cast:
    """Made once for all examples: two payers with FUNDS, and one with nothing whom nobody has identified.

    rows and shops go together: the database's, and what the model knows of them. One shop prices with
    tax, shares with a partner and is paid out with its tax; the other does none of this, and its bank
    sends payouts back.
    """

    rows: list[factories.Shop]
    shops: list[Shop]
    printed: list[QrCode]
    people: list[User]
    tokens: list[str]

    @classmethod
    def make(cls) -> "Cast":
        berlin, partner = factories.make_shop("DE"), factories.make_shop("DE", trade_name="Partner")
        austin = factories.make_shop("US", inclusive=False, rounding="per_rate_total")
        set_tax_mode(
            actor_id=austin.owner.pk, merchant_id=austin.merchant.pk, place="US-TX", mode="ring_fence"
        )
        agreed(berlin, partner, SHARE_PPM)
        for shop, iban in ((berlin, PAID_IBAN), (austin, RETURNED_IBAN)):
            set_bank_account(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, iban=iban, holder="A Shop")
        names = {"Anna": FUNDS, "Bert": FUNDS, "Carla": {}}
        people = [factories.make_person(name=name, funds=funds) for name, funds in names.items()]
        tokens = [show_code(person_id=person.pk) for person in people]
        Wallet.objects.filter(pk=people[-1].wallet.pk).update(tier="basic")
        in_berlin, in_austin = str(berlin.merchant.pk), str(austin.merchant.pk)
        gets = f"merchant:{partner.merchant.pk}:EUR:payable"
        return cls(
            [berlin, austin],
            [
                Shop(in_berlin, "EUR", GERMAN, True, False, share_ppm=SHARE_PPM, partner=gets),
                Shop(in_austin, "USD", TEXAN, False, True, fenced=True, returned=True),
            ],
            [factories.make_static_code(shop) for shop in (berlin, austin)],
            people,
            tokens,
        )

    def book(self) -> Ledger:
        """What the model knows before the first step."""
        book = Ledger(basic=str(self.people[-1].wallet.pk))
        for person in self.people[:2]:
            for currency, amount in FUNDS.items():
                assert book.top_up(str(person.wallet.pk), currency, amount, f"start {currency}") == ""
        return book
