"""Envelopes of docs/architecture/edge-protocol.md section 3."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from edge_agent.clock import Clock, rfc3339

MAJOR = 1
MAX_ENVELOPE = 1024 * 1024


class Envelope(msgspec.Struct, omit_defaults=True):
    """Unknown fields are ignored; `v` is checked by the receiver."""

    t: str
    id: str
    v: int = MAJOR
    seq: int | None = None
    ts: str = ""
    key: str | None = None
    ref: str | None = None
    body: dict[str, Any] = {}


_decoder = msgspec.json.Decoder(Envelope)


def build(
    clock: Clock,
    kind: str,
    body: dict[str, Any] | None = None,
    *,
    seq: int | None = None,
    key: str | None = None,
    ref: str | None = None,
) -> str:
    """JSON text of a new envelope."""
    envelope = {"v": MAJOR, "t": kind, "id": uuid.uuid4().hex, "ts": rfc3339(clock.now())}
    for name, value in (("seq", seq), ("key", key), ("ref", ref)):
        if value is not None:
            envelope[name] = value
    envelope["body"] = body or {}
    return msgspec.json.encode(envelope).decode()


def read(text: str | bytes) -> Envelope:
    """Raises msgspec.DecodeError on anything that is not an envelope."""
    return _decoder.decode(text)
