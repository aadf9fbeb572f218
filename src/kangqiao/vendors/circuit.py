"""Circuit breaker: after some failures in a row a service is left alone for a while, then tried by one call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CircuitBreaker:
    """Per process and thread-safe. Ask `allows()` before a call, then report `succeeded()` or `failed()`."""

    def __init__(
        self, *, failures: int = 5, cool_down_s: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._cool_down_s, self._clock = failures, cool_down_s, clock
        self._lock = threading.Lock()
        self._failed_in_a_row = 0
        self._opened_at = 0.0
        self._trial_since: float | None = None

    def allows(self) -> bool:
        with self._lock:
            if self._failed_in_a_row < self._limit:
                return True
            now = self._clock()
            if now - self._opened_at < self._cool_down_s:
                return False
            # One trial at a time; a trial that never reports back gives its place up after another cool-down.
            if self._trial_since is not None and now - self._trial_since < self._cool_down_s:
                return False
            self._trial_since = now
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failed_in_a_row = 0
            self._trial_since = None

    def failed(self) -> None:
        with self._lock:
            self._failed_in_a_row += 1
            self._trial_since = None
            if self._failed_in_a_row >= self._limit:
                self._opened_at = self._clock()
