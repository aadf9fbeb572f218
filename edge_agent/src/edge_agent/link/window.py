"""How much may be on the way without an acknowledgement. Pure."""

from __future__ import annotations

from collections import deque


class Window:
    """At most `messages` envelopes and `size` bytes; one envelope is always allowed unless paused."""

    def __init__(self, messages: int = 64, size: int = 1024 * 1024):
        self.messages, self.size = messages, size
        self._flying: deque[tuple[int, int]] = deque()
        self._bytes = 0

    def resize(self, messages: int, size: int) -> None:
        self.messages, self.size = max(0, messages), max(0, size)

    def __len__(self) -> int:
        return len(self._flying)

    def admits(self, size: int) -> bool:
        """May an envelope of this size be sent now?"""
        if self.messages == 0:
            return False
        if not self._flying:
            return True
        return len(self._flying) < self.messages and self._bytes + size <= self.size

    def sent(self, seq: int, size: int) -> None:
        self._flying.append((seq, size))
        self._bytes += size

    def acked(self, upto: int) -> int:
        """Cumulative; returns how many came down."""
        count = 0
        while self._flying and self._flying[0][0] <= upto:
            self._bytes -= self._flying.popleft()[1]
            count += 1
        return count
