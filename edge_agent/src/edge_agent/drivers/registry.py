"""Drivers by name: framing machine, hint and charset of a protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from edge_agent.drivers import astm_records
from edge_agent.drivers.charset import decode
from edge_agent.framing.line import Line
from edge_agent.framing.receiver import Receiver
from edge_agent.framing.sender import Sender


@dataclass(frozen=True)
class Parsed:
    """What the agent says about a message; `answer` is sent back to the instrument, b"" = none."""

    charset: str
    hint: Mapping[str, Any]
    answer: bytes = b""


@dataclass(frozen=True)
class Driver:
    """One protocol: how bytes become messages and what a message says."""

    name: str
    line: Callable[[Mapping[str, Any]], Line]
    parse: Callable[[bytes, str, Mapping[str, Any]], Parsed]


def _astm_line(options: Mapping[str, Any]) -> Line:
    return Line(Receiver(checksum=options.get("checksum", True)), Sender())


def _astm_parse(raw: bytes, charset: str, options: Mapping[str, Any]) -> Parsed:
    text, used = decode(raw, charset)
    hint = astm_records.hint(astm_records.split_message(text))
    wanted = hint["type"] == "query" and options.get("reply_queries", True)
    return Parsed(used, hint, astm_records.no_order_reply() if wanted else b"")


DRIVERS: dict[str, Driver] = {"astm": Driver("astm", _astm_line, _astm_parse)}
