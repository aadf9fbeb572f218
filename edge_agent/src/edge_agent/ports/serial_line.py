"""Serial ports by pyserial: one reader thread each; any error closes the handle before the port is opened again.

pyserial keeps `is_open` true after a cable is pulled, and Windows refuses to reopen while the old handle lives.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading

import serial
from serial.tools import list_ports

from edge_agent.config import Serial
from edge_agent.ports.base import OnState, OnWire, PortState, reason, retry_delays

READ_TIMEOUT = 0.2


def find_port(settings: Serial) -> str:
    """Device name by `vid:pid:serial` of the USB adapter, else by name; "" when the adapter is not plugged in."""
    if not settings.usb:
        return settings.port
    vid, pid, number = [*settings.usb.lower().split(":"), "", ""][:3]
    for port in list_ports.comports():
        same = port.vid is not None and (f"{port.vid:04x}", f"{port.pid:04x}") == (vid, pid)
        if same and (not number or (port.serial_number or "").lower() == number):
            return str(port.device)
    return settings.port


class SerialWire:
    """An open serial handle with its reader thread."""

    def __init__(self, handle: serial.Serial, loop: asyncio.AbstractEventLoop):
        self._handle, self._loop = handle, loop
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read_forever, name=f"serial {handle.port}", daemon=True)
        self._thread.start()

    def _read_forever(self) -> None:
        try:
            while not self._stop.is_set():
                data = self._handle.read(max(1, self._handle.in_waiting))
                if data:
                    self._loop.call_soon_threadsafe(self._chunks.put_nowait, data)
        except (serial.SerialException, OSError, TypeError):
            pass  # TypeError: pyserial reads from a handle that `close` has just cleared
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._chunks.put_nowait, b"")

    async def read(self) -> bytes:
        return await self._chunks.get()

    async def write(self, data: bytes) -> None:
        with contextlib.suppress(serial.SerialException, OSError):
            await self._loop.run_in_executor(None, self._handle.write, data)

    async def close(self) -> None:
        self._stop.set()
        await self._loop.run_in_executor(None, self._thread.join, 2.0)
        with contextlib.suppress(serial.SerialException, OSError):
            self._handle.close()


class SerialPort:
    """Opens exclusively, reopens 0.5 .. 30 s after any error."""

    def __init__(self, settings: Serial):
        self._settings = settings

    async def run(self, on_wire: OnWire, on_state: OnState) -> None:
        loop = asyncio.get_running_loop()
        delays = retry_delays()
        while True:
            try:
                handle = await loop.run_in_executor(None, self._open)
            except (serial.SerialException, OSError, ValueError) as error:
                name = self._settings.port or self._settings.usb
                on_state(PortState.DOWN, f"打不开串口 {name}：{reason(error)}")
                await asyncio.sleep(next(delays))
                continue
            delays = retry_delays()
            wire = SerialWire(handle, loop)
            on_state(PortState.UP, f"串口 {handle.port} 已打开")
            try:
                await on_wire(wire)
            finally:
                await wire.close()
            on_state(PortState.DOWN, f"串口 {handle.port} 已断开，请检查数据线")
            await asyncio.sleep(next(delays))

    def _open(self) -> serial.Serial:
        name = find_port(self._settings)
        if not name:
            raise serial.SerialException("未插入指定的 USB 串口线")
        return serial.Serial(
            name,
            baudrate=self._settings.baud,
            bytesize=self._settings.bits,
            parity=self._settings.parity,
            stopbits=self._settings.stop,
            timeout=READ_TIMEOUT,
            write_timeout=5,
            exclusive=True,
        )
