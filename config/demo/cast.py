"""Who is in the demo, as data. Everybody has the same password and PIN, printed at every start."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

PASSWORD = "quittance-demo"  # noqa: S105 - printed at every start of the demo
PIN = "246810"
OPERATOR = "operator@quittance.example"
ACCOUNTANT = "lena@books.example"


@dataclass(frozen=True, slots=True)
class Item:
    """What a shop sells. amount_minor: as priced there (gross or net)."""

    description: str
    category: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """A shop to be. share: its part of the demo's payments. typed: amounts on its printed code."""

    trade_name: str
    legal_name: str
    country: str
    tax_number: str
    prices_include_tax: bool
    categories: tuple[str, ...]
    mcc: str
    branch: dict[str, str]
    tills: tuple[str, ...]
    owner: str
    cashier: str
    poster: tuple[str, str]
    items: tuple[Item, ...]
    typed: tuple[int, ...]
    share: int
    accountant: bool
    reviewed: bool = True
    own_rate: tuple[str, Decimal, date] | None = None


CAFE = ShopPlan(
    trade_name="Café Morgenrot",
    legal_name="Morgenrot Gastronomie GmbH",
    country="DE",
    tax_number="DE136695976",
    prices_include_tax=True,
    categories=("restaurant_food", "standard"),
    mcc="5814",
    branch={
        "name": "Torstraße",
        "street": "Torstraße 12",
        "postcode": "10119",
        "city": "Berlin",
        "time_zone": "Europe/Berlin",
    },
    tills=("Till 1", "Till 2"),
    owner="mara@morgenrot.example",
    cashier="linh@morgenrot.example",
    poster=("standard", "Counter, drinks"),
    items=(
        Item("Breakfast for one", "restaurant_food", 990),
        Item("Butter croissant", "restaurant_food", 280),
        Item("Cheesecake", "restaurant_food", 450),
        Item("Lentil soup", "restaurant_food", 720),
        Item("Oat cappuccino", "standard", 390),
        Item("Filter coffee", "standard", 290),
        Item("Rhubarb spritz", "standard", 420),
    ),
    typed=(290, 340, 390, 420, 580, 680, 780),
    share=60,
    accountant=True,
)
TEA_HOUSE = ShopPlan(
    trade_name="Trà Sen",
    legal_name="Công ty TNHH Trà Sen Hà Nội",
    country="VN",
    tax_number="0100233488",
    prices_include_tax=True,
    categories=("temporary_reduced", "standard"),
    mcc="5812",
    branch={
        "name": "Hàng Gai",
        "street": "28 Hàng Gai",
        "postcode": "100000",
        "city": "Hà Nội",
        "time_zone": "Asia/Ho_Chi_Minh",
    },
    tills=("Till 1",),
    owner="thu@trasen.example",
    cashier="nam@trasen.example",
    poster=("temporary_reduced", "Tea counter"),
    items=(
        Item("Lotus tea", "temporary_reduced", 55_000),
        Item("Jasmine tea", "temporary_reduced", 45_000),
        Item("Mung bean cake", "temporary_reduced", 35_000),
        Item("Rice wine, bottle", "standard", 180_000),
    ),
    typed=(35_000, 45_000, 55_000, 90_000, 110_000),
    share=25,
    accountant=False,
)
STALL = ShopPlan(
    trade_name="Lone Star Honey",
    legal_name="Lone Star Honey LLC",
    country="US",
    tax_number="04-2103594",
    prices_include_tax=False,
    categories=("standard",),
    mcc="5499",
    branch={
        "name": "Farmers' market",
        "street": "422 Guadalupe Street",
        "postcode": "78701",
        "city": "Austin",
        "region": "US-TX",
        "time_zone": "America/Chicago",
    },
    tills=("Stall",),
    owner="dana@lonestar.example",
    cashier="joe@lonestar.example",
    poster=("standard", "Honey stall"),
    items=(
        Item("Wildflower honey", "standard", 1200),
        Item("Beeswax candle", "standard", 850),
        Item("Comb honey", "standard", 1599),
    ),
    typed=(650, 920, 1299, 1730),
    share=15,
    accountant=True,
    own_rate=("SALES", Decimal("8.2500"), date(2020, 1, 1)),
)
KIOSK = ShopPlan(
    trade_name="Kiosk Nord",
    legal_name="Jonas Petersen, Kiosk Nord",
    country="DE",
    tax_number="DE129273398",
    prices_include_tax=True,
    categories=("standard", "reduced"),
    mcc="5943",
    branch={
        "name": "Gleis 3",
        "street": "Invalidenstraße 51",
        "postcode": "10557",
        "city": "Berlin",
        "time_zone": "Europe/Berlin",
    },
    tills=("Kiosk",),
    owner="jonas@kiosknord.example",
    cashier="",
    poster=("standard", "Window"),
    items=(),
    typed=(),
    share=0,
    accountant=False,
    reviewed=False,
)
SHOPS = (CAFE, TEA_HOUSE, STALL, KIOSK)

# e-mail: what their wallets hold, in minor units. The first one of a currency pays there.
CUSTOMERS: dict[str, dict[str, int]] = {
    "anna@payer.example": {"EUR": 90_000},
    "ben@payer.example": {"EUR": 90_000},
    "carla@payer.example": {"EUR": 90_000, "CNY": 500_000},
    "dmitri@payer.example": {"EUR": 90_000},
    "emre@payer.example": {"EUR": 90_000},
    "freya@payer.example": {"EUR": 90_000, "USD": 90_000},
    "grace@payer.example": {"USD": 90_000},
    "hoa@payer.example": {"VND": 25_000_000},
    "khanh@payer.example": {"VND": 25_000_000, "EUR": 40_000},
    "wei@payer.example": {"CNY": 500_000},
}
# No shop of the demo has its prices in this currency: who holds it pays in another.
VISITORS_CURRENCY = "CNY"
# Where they live, as they say.
HOMES = {
    "anna@payer.example": "DE",
    "ben@payer.example": "DE",
    "carla@payer.example": "IT",
    "dmitri@payer.example": "DE",
    "emre@payer.example": "TR",
    "freya@payer.example": "DK",
    "grace@payer.example": "US",
    "hoa@payer.example": "VN",
    "khanh@payer.example": "VN",
    "wei@payer.example": "CN",
}
