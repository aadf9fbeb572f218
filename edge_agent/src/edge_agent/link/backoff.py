"""When to connect again: full jitter, so that a whole city does not come back in the same second."""

from __future__ import annotations

import random
from collections.abc import Callable

FLOOR_S = 0.2
CAP_S = 60.0

FIXED_WAIT_S = {
    "unknown_agent": 60.0,
    "revoked": 60.0,
    "tenant_suspended": 60.0,
    "version_too_old": 60.0,
    "replaced": 60.0,
    "pending": 5.0,
    "clock_skew": 0.2,
}


class Backoff:
    """`next()` seconds: between 0.2 and min(60, 2^n), n failures in a row."""

    def __init__(self, draw: Callable[[float, float], float] = random.uniform, cap: float = CAP_S):
        self._draw, self._cap = draw, cap
        self.failures = 0

    def reset(self) -> None:
        self.failures = 0

    def next(self, reason: str = "", retry_after: float | None = None) -> float:
        """`reason` of the cloud's error, if it gave one."""
        if reason in FIXED_WAIT_S:
            return min(self._cap, FIXED_WAIT_S[reason])
        wait = max(FLOOR_S, self._draw(0.0, min(self._cap, 2.0 ** min(self.failures, 10))))
        self.failures += 1
        return max(wait, retry_after or 0.0)
