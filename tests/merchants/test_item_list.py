"""A pasted or uploaded price list: every line is understood, or told by its number; never half of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.core.item_list import MOST_ITEMS, WantedItem, read_items

BOTH = {"standard": "Standard rate", "reduced": "Reduced rate"}
ONE = {"standard": "Standard rate"}


def read(text: str, categories: dict[str, str] = BOTH, currency: str = "EUR") -> list[WantedItem]:
    return read_items(text, categories=categories, currency=currency)


def errors(text: str, categories: dict[str, str] = BOTH) -> list[str]:
    with pytest.raises(Refused) as no:
        read(text, categories)
    assert (no.value.code, no.value.status) == ("list_invalid", 400)
    return list(no.value.facts["errors"])


def test_plain_lines_in_the_order_name_price_category() -> None:
    assert read("Cheesecake; 4.50; reduced\n\nFilter coffee;2,90;Standard rate\n") == [
        WantedItem(1, "Cheesecake", 450, "reduced"),
        WantedItem(3, "Filter coffee", 290, "standard"),
    ]


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_a_header_names_the_columns_in_any_order(mark: str) -> None:
    lines = ["Category{0}NAME{0}Remark{0}price", "reduced{0}Cheesecake{0}x{0}4.50"]
    assert read("\n".join(lines).format(mark)) == [WantedItem(2, "Cheesecake", 450, "reduced")]


def test_the_only_category_may_be_left_out() -> None:
    assert read("Candle; 8.50", ONE) == [WantedItem(1, "Candle", 850, "standard")]
    assert "name a tax category" in errors("Candle; 8.50")[0]


def test_prices_are_in_the_shop_s_currency() -> None:
    assert read("Tea; 45000", ONE, "VND")[0].price_minor == 45_000
    with pytest.raises(Refused) as no:
        read("Tea; 45000.50", ONE, "VND")
    assert "VND has no decimals" in no.value.facts["errors"][0]


def test_every_wrong_line_is_told_by_its_number_and_nothing_is_taken() -> None:
    told = errors(
        "Cake; 4.50; reduced\n; 1.00; reduced\nTea; ; reduced\nTea; free; reduced\nTea; 0; reduced\n"
        "Tea; 1.00; luxury\nCake; 5.00; reduced\nA\u202eB; 1.00; reduced\nTea\n"
    )
    assert [line.split(":")[0] for line in told] == [f"Line {number}" for number in range(2, 10)]
    assert "luxury" in told[4] and "line 1 already" in told[5] and "no price" in told[7]


def test_a_thousand_bad_rows_are_all_told() -> None:
    assert len(errors("\n".join(f"Item {number}; much; reduced" for number in range(1000)))) == 1000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "list_empty"),
        (" \n\t\n", "list_empty"),
        ("name;price\n", "list_empty"),
        ("\n".join(f"Item {number}; 1.00" for number in range(MOST_ITEMS + 1)), "list_too_long"),
    ],
)
def test_none_and_too_many_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        read(text, ONE)
    assert len(read("\n".join(f"Item {n}; 1.00" for n in range(MOST_ITEMS)), ONE)) == MOST_ITEMS


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        found = read(text)
    except Refused:
        return
    assert found and len({each.name for each in found}) == len(found)
    assert all(each.price_minor > 0 and each.category in BOTH for each in found)
