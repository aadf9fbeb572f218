"""Verbs of edge agents and instruments; what other contexts call is named here."""

from kangqiao.instruments.services.transmissions import Settlement, settle_results

__all__ = ["Settlement", "settle_results"]
