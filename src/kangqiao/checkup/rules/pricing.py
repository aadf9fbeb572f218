"""Package price spread over its panels to the cent (largest remainder), checkup.md 3 PackageLine and 2.7."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from .plain import round_half_up

CENT = Decimal("0.01")


def spread(total: Decimal, list_prices: Sequence[Decimal]) -> list[Decimal]:
    """Shares of `total` in proportion to the list prices; their sum is `total` exactly.

    All list prices zero: equal shares. ValueError on negative or sub-cent money, or on no line with a total above zero.
    """
    if any(price < 0 or price % CENT for price in (total, *list_prices)):
        raise ValueError("money must be whole cents and not negative")
    if not list_prices:
        if total:
            raise ValueError("no line to carry the price")
        return []
    weights = [int(price / CENT) for price in list_prices]
    if not any(weights):
        weights = [1] * len(weights)
    cents, whole = int(total / CENT), sum(weights)
    shares = [cents * weight // whole for weight in weights]
    rests = [cents * weight % whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-rests[i], i))
    for i in by_rest[: cents - sum(shares)]:
        shares[i] += 1
    return [CENT * share for share in shares]


def discount_percent(total: Decimal, list_prices: Sequence[Decimal]) -> Decimal | None:
    """Package price as percent of the list price, one place half up (80.0 = 八折); None without a list price."""
    listed = sum(list_prices, Decimal(0))
    return round_half_up(total * 100 / listed, 1) if listed else None
