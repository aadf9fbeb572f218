"""What a framing machine asks its owner to do. Frozen values, so that tests compare them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Send:
    """Write these bytes to the wire."""

    data: bytes


@dataclass(frozen=True)
class Commit:
    """Make this message durable, then call `committed(ok, now)`; the answer to its last frame is withheld until then."""

    raw: bytes
    terminated: bool


@dataclass(frozen=True)
class Note:
    """Something worth counting: a refused frame, a repeated one, a dropped message, a keep-alive."""

    kind: str
    detail: str = ""


@dataclass(frozen=True)
class Delivered:
    """The peer has acknowledged every frame of the message handed to `Sender.offer`."""


@dataclass(frozen=True)
class Aborted:
    """The message was given up for now and must be offered again as a whole."""

    reason: str


Action = Send | Commit | Note | Delivered | Aborted
