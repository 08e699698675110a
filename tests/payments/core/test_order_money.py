"""What came for an order against what it asked: always exactly one word, and sums that add up."""

from hypothesis import given
from hypothesis import strategies as st

from payments.core.order_money import OPEN, OVER, PAID, SHORT, TWICE, Came, OrderMoney, rest_of

AMOUNTS = st.integers(1, 10**9)


@st.composite
def came(draw: st.DrawFn) -> Came:
    sale, tip = draw(AMOUNTS), draw(st.integers(0, 10**6))
    return Came(sale + tip, tip, draw(st.integers(0, sale + tip)))


@given(AMOUNTS, st.lists(came(), max_size=4))
def test_kept_is_asked_less_missing_plus_excess(asked: int, payments: list[Came]) -> None:
    money = OrderMoney(asked, tuple(payments))
    assert money.kept_minor == asked - money.missing_minor + money.excess_minor
    assert not (money.missing_minor and money.excess_minor)
    expected = {SHORT: money.missing_minor > 0 < money.kept_minor, OPEN: money.kept_minor == 0}
    expected |= {PAID: money.kept_minor == asked}
    assert expected.get(money.state, money.excess_minor > 0)


@given(AMOUNTS, AMOUNTS)
def test_giving_the_excess_back_makes_it_paid(asked: int, more: int) -> None:
    money = OrderMoney(asked, (Came(asked + more, 0, 0),))
    assert money.state in {OVER, TWICE}
    assert OrderMoney(asked, (Came(asked + more, 0, money.excess_minor),)).state == PAID


@given(AMOUNTS, st.integers(0, 10**6))
def test_twice_is_one_payment_too_many_whatever_its_tip(asked: int, tip: int) -> None:
    twice = OrderMoney(asked, (Came(asked, 0, 0), Came(asked + tip, tip, 0)))
    assert (twice.state, twice.excess_minor) == (TWICE, asked)
    assert OrderMoney(asked, (Came(asked, 0, 0), Came(asked + tip, tip, asked + tip))).state == PAID


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.data())
def test_the_rest_of_the_lines_is_what_is_missing(amounts: list[int], data: st.DataObject) -> None:
    missing = data.draw(st.integers(0, sum(amounts)))
    rests = rest_of(amounts, missing)
    assert sum(rests) == missing
    assert all(0 <= rest <= amount for rest, amount in zip(rests, amounts, strict=True))
    part_paid = [rest for rest, amount in zip(rests, amounts, strict=True) if 0 < rest < amount]
    assert len(part_paid) <= 1, "one line at most is paid in part"
