"""The same throws in every copy of the demo."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def dice(*about: object) -> random.Random:
    """A generator seeded by what it is for, so that two steps never disturb each other's throws."""
    return random.Random(":".join(map(str, about)))  # noqa: S311 - invented people need no secrets


def draw(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One of the keys, each as often as its weight says."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]
