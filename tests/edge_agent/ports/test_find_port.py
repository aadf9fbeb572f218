"""A USB adapter is found again under another name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from edge_agent.config import Serial
from edge_agent.ports import serial_line

CH340 = SimpleNamespace(device="/dev/ttyUSB1", vid=0x1A86, pid=0x7523, serial_number=None)
FTDI = SimpleNamespace(device="/dev/ttyUSB0", vid=0x0403, pid=0x6001, serial_number="A50285BI")
ON_BOARD = SimpleNamespace(device="/dev/ttyS0", vid=None, pid=None, serial_number=None)


@pytest.mark.feature("P-08")
@pytest.mark.parametrize(
    ("settings", "found"),
    [
        (Serial(port="/dev/ttyUSB9", usb="1A86:7523:"), "/dev/ttyUSB1"),
        (Serial(usb="0403:6001:a50285bi"), "/dev/ttyUSB0"),
        (Serial(usb="0403:6001:OTHER"), ""),
        (Serial(port="/dev/ttyS0", usb="ffff:ffff:"), "/dev/ttyS0"),
        (Serial(port="COM3"), "COM3"),
    ],
)
def test_a_port_is_found_by_its_adapter_then_by_its_name(
    monkeypatch: pytest.MonkeyPatch, settings: Serial, found: str
) -> None:
    # Pseudo-terminals are not listed, so the list of the machine is given.
    monkeypatch.setattr(serial_line.list_ports, "comports", lambda: [ON_BOARD, FTDI, CH340])
    assert serial_line.find_port(settings) == found
