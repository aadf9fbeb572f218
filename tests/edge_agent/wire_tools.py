"""The other side of the wire for pure tests: frames, a receiver that commits at once, a conforming sender."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_agent.framing.actions import Action, Commit, Note, Send
from edge_agent.framing.receiver import Receiver
from sandbox.instruments.astm_sender import ACK, ENQ, EOT, ETB, ETX, NAK, frame, frames_of

__all__ = ["ACK", "ENQ", "EOT", "ETB", "ETX", "NAK", "Desk", "frame", "frames_of", "message"]


def message(specimen: str = "26112300017", results: int = 3) -> bytes:
    rows = "".join(f"R|{n}|^^^WBC|{n}.5|10*9/L|3.5^9.5|N||F\r" for n in range(1, results + 1))
    return f"H|\\^&|||KQ\rP|1\rO|1|{specimen}||^^^CBC\r{rows}L|1|N\r".encode()


@dataclass
class Desk:
    """Drives a receiver: collects replies and stored messages; `disk` false refuses to store."""

    receiver: Receiver = field(default_factory=Receiver)
    now: float = 0.0
    disk: bool = True
    replies: bytes = b""
    stored: list[tuple[bytes, bool]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def put(self, data: bytes) -> bytes:
        """Bytes from the instrument; returns the replies to them."""
        return self._act(self.receiver.feed(data, self.now))

    def wait(self, seconds: float) -> bytes:
        """Let time pass, stopping at every deadline."""
        end, replies = self.now + seconds, b""
        while self.receiver.deadline is not None and self.receiver.deadline <= end:
            self.now = self.receiver.deadline
            replies += self._act(self.receiver.tick(self.now))
        self.now = end
        return replies

    def _act(self, actions: list[Action]) -> bytes:
        replies, waiting = b"", list(actions)
        while waiting:
            action = waiting.pop(0)
            if isinstance(action, Send):
                replies += action.data
            elif isinstance(action, Commit):
                if self.disk:
                    self.stored.append((action.raw, action.terminated))
                waiting += self.receiver.committed(self.disk, self.now)
            elif isinstance(action, Note):
                self.notes.append(action.kind)
        self.replies += replies
        return replies
