"""Starter dictionaries of the check-up, written by us; the values name their standard. `load()` gives them as plain rows."""

from .load import Seed, load

__all__ = ["Seed", "load"]
