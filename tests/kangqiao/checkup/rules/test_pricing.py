"""Package price over panels, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.pricing import discount_percent, spread

pytestmark = pytest.mark.feature("I-06")

money = st.integers(0, 5_000_000).map(lambda cents: Decimal(cents) / 100)


@given(money, st.lists(money, min_size=1, max_size=60))
def test_the_shares_always_add_up_and_never_stray_a_cent(total: Decimal, prices: list[Decimal]) -> None:
    shares = spread(total, prices)
    assert sum(shares) == total
    whole = sum(prices)
    for share, price in zip(shares, prices, strict=True):
        assert share >= 0
        exact = total * price / whole if whole else total / len(prices)
        assert abs(share - exact) < Decimal("0.01") + Decimal("1e-9")


def test_the_largest_remainder_gets_the_odd_cent() -> None:
    assert spread(Decimal("100.00"), [Decimal(1), Decimal(1), Decimal(1)]) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert spread(Decimal("0.05"), [Decimal("0.10"), Decimal("0.60")]) == [Decimal("0.01"), Decimal("0.04")]


def test_free_lines_stay_free_and_only_free_lines_share_equally() -> None:
    assert spread(Decimal(80), [Decimal(0), Decimal(100)]) == [Decimal(0), Decimal(80)]
    assert spread(Decimal(1), [Decimal(0), Decimal(0)]) == [Decimal("0.50"), Decimal("0.50")]
    assert spread(Decimal(0), []) == []


@pytest.mark.parametrize(
    ("total", "prices"), [("-1", ["1"]), ("1.005", ["1"]), ("1", ["-1"]), ("1", ["0.001"]), ("1", [])]
)
def test_impossible_money_is_an_error(total: str, prices: list[str]) -> None:
    with pytest.raises(ValueError, match=r"money|no line"):
        spread(Decimal(total), [Decimal(p) for p in prices])


def test_discount_in_percent() -> None:
    assert discount_percent(Decimal(480), [Decimal(400), Decimal(200)]) == Decimal("80.0")
    assert discount_percent(Decimal(0), [Decimal(0)]) is None
