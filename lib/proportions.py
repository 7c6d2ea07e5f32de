"""Shares of counted cases, with what may honestly be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # 95 % of a normal distribution, both sides
# Below this many cases the interval is so wide that a number would only mislead.
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole` cases; `low` and `high` bound the true share in 95 of 100 such samples (Wilson 1927)."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """From 0 to 1; 0 without any case."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def low(self) -> float:
        return self._bounds()[0]

    @property
    def high(self) -> float:
        return self._bounds()[1]

    @property
    def is_enough(self) -> bool:
        return self.whole >= ENOUGH

    def _bounds(self) -> tuple[float, float]:
        if not self.whole:
            return 0.0, 1.0
        n, p = self.whole, self.value
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        reach = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)


def difference(one: Share, other: Share) -> tuple[float, float, float]:
    """`other` minus `one`, with its 95 % interval from the two Wilson intervals (Newcombe 1998, method 10)."""
    gap = other.value - one.value
    low = gap - sqrt((other.value - other.low) ** 2 + (one.high - one.value) ** 2)
    high = gap + sqrt((other.high - other.value) ** 2 + (one.value - one.low) ** 2)
    return gap, max(-1.0, low), min(1.0, high)
