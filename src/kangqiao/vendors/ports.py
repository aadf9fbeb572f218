"""What a call to an outside service comes to, and nothing about how it is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """SENT: the service took it. REFUSED: it did not, nothing was sent. UNKNOWN: it may have; never send again blindly."""

    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Delivery:
    """Result of handing one message over. `code` is the service's own, or one of ours in lower case:
    unreachable, circuit-open, timeout. `retryable` says that a later attempt may well succeed."""

    outcome: Outcome
    code: str = ""
    message: str = ""
    reference: str = ""
    retryable: bool = False

    @property
    def sent(self) -> bool:
        return self.outcome == Outcome.SENT


UNREACHABLE = "unreachable"
CIRCUIT_OPEN = "circuit-open"
TIMEOUT = "timeout"
CIRCUIT_IS_OPEN = Delivery(
    Outcome.REFUSED, code=CIRCUIT_OPEN, message="服务连续出错，暂停调用，请稍后再试", retryable=True
)
