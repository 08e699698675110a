"""Where a business can be: countries with their money, regions where the tax asks for one, time zones.

The countries are those of the rate table. Zones come from the IANA list as packaged by `tzdata`, so the
answer does not depend on what the machine has installed.
"""

from functools import cache
from importlib import resources

from babel import Locale

# ISO 3166-1 code -> the currency a shop there prices in, unless it says otherwise.
CURRENCY_OF = {
    "AT": "EUR", "AU": "AUD", "BE": "EUR", "BG": "EUR", "BR": "BRL", "CA": "CAD", "CH": "CHF", "CN": "CNY",
    "CY": "EUR", "CZ": "CZK", "DE": "EUR", "DK": "DKK", "EE": "EUR", "ES": "EUR", "FI": "EUR", "FR": "EUR",
    "GB": "GBP", "GR": "EUR", "HR": "EUR", "HU": "HUF", "IE": "EUR", "IN": "INR", "IT": "EUR", "JP": "JPY",
    "LT": "EUR", "LU": "EUR", "LV": "EUR", "MT": "EUR", "MX": "MXN", "NL": "EUR", "NO": "NOK", "NZ": "NZD",
    "PL": "PLN", "PT": "EUR", "RO": "RON", "SE": "SEK", "SG": "SGD", "SI": "EUR", "SK": "EUR", "TH": "THB",
    "TR": "TRY", "US": "USD", "VN": "VND",
}  # fmt: skip

# Here the rate depends on the state or province, so a branch must name it.
REGION_NEEDED = frozenset({"CA", "US"})

# ISO 3166-2 code -> name, for the countries in which the region changes the tax.
_REGIONS = """
CA-AB Alberta, CA-BC British Columbia, CA-MB Manitoba, CA-NB New Brunswick, CA-NL Newfoundland and Labrador,
CA-NS Nova Scotia, CA-NT Northwest Territories, CA-NU Nunavut, CA-ON Ontario, CA-PE Prince Edward Island,
CA-QC Quebec, CA-SK Saskatchewan, CA-YT Yukon,
ES-CE Ceuta, ES-CN Canary Islands, ES-ML Melilla,
FR-971 Guadeloupe, FR-972 Martinique, FR-973 French Guiana, FR-974 Réunion, FR-976 Mayotte,
GR-69 Mount Athos, PT-20 Azores, PT-30 Madeira,
US-AL Alabama, US-AK Alaska, US-AZ Arizona, US-AR Arkansas, US-CA California, US-CO Colorado,
US-CT Connecticut, US-DE Delaware, US-DC District of Columbia, US-FL Florida, US-GA Georgia, US-HI Hawaii,
US-ID Idaho, US-IL Illinois, US-IN Indiana, US-IA Iowa, US-KS Kansas, US-KY Kentucky, US-LA Louisiana,
US-ME Maine, US-MD Maryland, US-MA Massachusetts, US-MI Michigan, US-MN Minnesota, US-MS Mississippi,
US-MO Missouri, US-MT Montana, US-NE Nebraska, US-NV Nevada, US-NH New Hampshire, US-NJ New Jersey,
US-NM New Mexico, US-NY New York, US-NC North Carolina, US-ND North Dakota, US-OH Ohio, US-OK Oklahoma,
US-OR Oregon, US-PA Pennsylvania, US-RI Rhode Island, US-SC South Carolina, US-SD South Dakota,
US-TN Tennessee, US-TX Texas, US-UT Utah, US-VT Vermont, US-VA Virginia, US-WA Washington,
US-WV West Virginia, US-WI Wisconsin, US-WY Wyoming
"""
REGIONS: dict[str, str] = {
    code: name for code, _, name in (item.strip().partition(" ") for item in _REGIONS.split(","))
}

# What the tax is called where a shop enters its own rate; the same names as in the rate table.
_TAX_NAME = {"BR": "ICMS", "CA": "HST", "IN": "GST", "US": "SALES"}

_ENGLISH = Locale("en")


def country_name(country: str) -> str:
    """ "Germany" for "DE"."""
    return str(_ENGLISH.territories.get(country, country))


def place_name(place: str) -> str:
    """ "Germany" for "DE", "Texas, United States" for "US-TX": a jurisdiction as people say it."""
    country = country_name(place[:2])
    return f"{REGIONS.get(place, place)}, {country}" if len(place) > 2 else country


def regions_of(country: str) -> dict[str, str]:
    """ISO 3166-2 code -> name; empty where the country is one place for the tax."""
    return {code: name for code, name in REGIONS.items() if code.startswith(f"{country}-")}


def tax_name_of(country: str) -> str:
    """The tax of a shop's own rate there: "SALES" in the US, "VAT" in most places."""
    return _TAX_NAME.get(country, "VAT")


def zones_of(country: str) -> tuple[str, ...]:
    """The IANA time zones of a country, its most peopled one first: ("Europe/Berlin", "Europe/Busingen")."""
    return _zones().get(country, ())


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """zone.tab: country, coordinates, zone, comment, parted by tabs; "#" opens a comment line."""
    table = (resources.files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country] = (*found.get(country, ()), zone)
    return found
