"""Deterministic chance: what stays with a person over the years, and what changes from visit to visit."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

STEADY, CHANGING = 0.85, 0.53


class Chance(random.Random):
    """Reproducible chance for demo data only: the same key gives the same numbers in every run and process."""


@dataclass(frozen=True)
class Latent:
    """Random numbers by name, the same in every run: `person` and `visit` identify who and when."""

    person: str
    visit: str

    def _rng(self, *parts: str) -> Chance:
        return Chance("|".join((self.person, *parts)))

    def z(self, name: str) -> float:
        """Standard normal, mostly the person's own (correlation of two visits about 0.7), cut at 3."""
        value = STEADY * self._rng(name).gauss(0, 1) + CHANGING * self._rng(self.visit, name).gauss(0, 1)
        return max(-3.0, min(3.0, value))

    def normal(self, name: str, mean: float, deviation: float) -> float:
        return mean + deviation * self.z(name)

    def skewed(self, name: str, median: float, spread: float) -> float:
        """Log-normal around a median."""
        return median * math.exp(spread * self.z(name))

    def chance(self, name: str) -> float:
        """Uniform 0-1 that belongs to the person: a gallstone stays a gallstone."""
        return self._rng("chance", name).random()
