"""The countries that a person may live in: ISO 3166-1, with Kosovo, whose code (XK) others use too.

English names are those of the Unicode data. What is no code of a country here is none (EU, UK, ZZ).
"""

import re
import unicodedata

from babel import Locale

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
YT ZA ZM ZW XK
"""
CODES: frozenset[str] = frozenset(_CODES.split())
_ENGLISH = Locale("en")
_REGION = re.compile(r"-([A-Za-z]{2})(?:-|\Z)")


def country_name(code: str) -> str:
    """ "Germany" for "DE"; the code itself where it is unknown."""
    return str(_ENGLISH.territories.get(code, code))


def by_name() -> list[tuple[str, str]]:
    """All (code, name) in the order of the names, Åland with the As."""
    return sorted(((code, country_name(code)) for code in CODES), key=lambda pair: _plain(pair[1]))


def suggested(accept_language: str) -> str:
    """The country in a browser's languages, "AT" for "de-AT,de;q=0.9,en-US;q=0.8"; "" where none is named."""
    for part in accept_language[:200].split(","):
        found = _REGION.search(part.partition(";")[0].strip())
        if found and found[1].upper() in CODES:
            return found[1].upper()
    return ""


def _plain(name: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
