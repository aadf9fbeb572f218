"""Both directions of one LIS01-A2 line: who has the word, and contention, in which the computer yields."""

from __future__ import annotations

from edge_agent.framing.actions import Action
from edge_agent.framing.receiver import Receiver
from edge_agent.framing.sender import Sender


class Line:
    """The receiver and the sender behind one wire. Answers wait in a short queue until the line is free."""

    def __init__(self, receiver: Receiver, sender: Sender, *, max_waiting: int = 8):
        self.receiver, self.sender = receiver, sender
        self._waiting: list[bytes] = []
        self._max_waiting = max_waiting

    @property
    def deadline(self) -> float | None:
        times = [t for t in (self.receiver.deadline, self.sender.deadline) if t is not None]
        return min(times, default=None)

    def feed(self, data: bytes, now: float) -> list[Action]:
        """Take bytes from the wire, to the sender while it waits for a reply, else to the receiver."""
        actions: list[Action] = []
        for at, byte in enumerate(data):
            if not self.sender.sending:
                actions += self.receiver.feed(data[at:], now)
                break
            actions += self.sender.reply(byte, now)
        return actions + self._next(now)

    def tick(self, now: float) -> list[Action]:
        """Let time pass. The sender keeps quiet while the instrument sends."""
        actions = self.receiver.tick(now)
        if self.receiver.idle:
            actions += self.sender.tick(now)
        return actions + self._next(now)

    def committed(self, ok: bool, now: float) -> list[Action]:
        return self.receiver.committed(ok, now) + self._next(now)

    def send(self, message: bytes, now: float) -> list[Action]:
        """Queue a message to the instrument; the oldest is given up when too many wait."""
        self._waiting = [*self._waiting, message][-self._max_waiting :]
        return self._next(now)

    def disconnected(self) -> list[Action]:
        self._waiting.clear()
        return self.receiver.disconnected() + self.sender.disconnected()

    def _next(self, now: float) -> list[Action]:
        if self._waiting and self.sender.idle and self.receiver.idle:
            return self.sender.offer(self._waiting.pop(0), now)
        return []
