"""Wall clock of this machine and its offset to the cloud's. The clock is never a reason to refuse work."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta

WARN_OFFSET_S = 60


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds, as in the protocol."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


class Clock:
    """`now()` is the corrected time; `wall()` is what this machine shows."""

    def __init__(self) -> None:
        self.boot_id = uuid.uuid4().hex
        self.offset = timedelta(0)
        self.known = False

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def now(self) -> datetime:
        return self.wall() + self.offset

    def learn(self, server_time: str) -> None:
        """Take the offset from a time of the cloud; an unreadable one is ignored."""
        try:
            self.offset = datetime.fromisoformat(server_time).astimezone(UTC) - self.wall()
        except (ValueError, TypeError):
            return
        self.known = True

    @property
    def offset_ms(self) -> int:
        return round(self.offset.total_seconds() * 1000)

    def stamp(self) -> dict[str, object]:
        """`edge_time` of the protocol."""
        return {
            "wall": rfc3339(self.wall()),
            "mono_ms": time.monotonic_ns() // 1_000_000,
            "offset_ms": self.offset_ms,
            "boot_id": self.boot_id,
        }
