"""What kind of shop it is, by ISO 18245 merchant category code, in words that a payer knows.

A short list of the trades that stand behind a counter; "5999" is for all others.
"""

DEFAULT_TRADE = "5999"

TRADES: dict[str, str] = {
    "5814": "Café or snack bar",
    "5812": "Restaurant",
    "5813": "Bar or pub",
    "5462": "Bakery",
    "5411": "Grocery",
    "5499": "Market stall, food",
    "5921": "Wine and spirits",
    "5912": "Pharmacy",
    "5651": "Clothes",
    "5942": "Books",
    "5943": "Stationery and newspapers",
    "5992": "Florist",
    "5947": "Gifts and souvenirs",
    "7230": "Hairdresser",
    "7011": "Hotel or guest house",
    "4121": "Taxi",
    "7991": "Museum or sight",
    "7299": "Services",
    "5999": "Shop",
}


def trade_label(mcc: str) -> str:
    """ "Café or snack bar" for "5814", "Shop" for a code that is not on the list."""
    return TRADES.get(mcc, TRADES[DEFAULT_TRADE])
