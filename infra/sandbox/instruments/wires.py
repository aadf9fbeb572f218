"""What the simulated instrument is plugged into: a socket in either role or a serial port. Blocking, one peer."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Protocol

CHUNK = 24


class WireError(Exception):
    """The other side is gone."""


class Wire(Protocol):
    def send(self, data: bytes) -> None: ...

    def receive(self, timeout: float) -> bytes:
        """Some bytes, b"" after the time-out. Raises WireError at the end."""
        ...

    def close(self) -> None: ...


class SocketWire:
    def __init__(self, connection: socket.socket):
        self._socket = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise WireError(str(error)) from error

    def receive(self, timeout: float) -> bytes:
        self._socket.settimeout(max(0.001, timeout))
        try:
            data = self._socket.recv(4096)
        except TimeoutError:
            return b""
        except OSError as error:
            raise WireError(str(error)) from error
        if not data:
            raise WireError("closed")
        return data

    def close(self) -> None:
        self._socket.close()


class SerialWire:
    def __init__(self, port: str, baud: int):
        import serial  # noqa: PLC0415  only this wire needs pyserial

        self._error = serial.SerialException
        self._port = serial.Serial(port, baudrate=baud, exclusive=True)

    def send(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except self._error as error:
            raise WireError(str(error)) from error

    def receive(self, timeout: float) -> bytes:
        self._port.timeout = timeout
        try:
            first = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""
        except self._error as error:
            raise WireError(str(error)) from error

    def close(self) -> None:
        self._port.close()


class Paced:
    """Sends no faster than a serial line: 9600 baud 8N1 = 960 bytes a second. Sockets and ptys do not brake by themselves."""

    def __init__(self, wire: Wire, bytes_per_second: float):
        self._wire, self._rate = wire, bytes_per_second

    def send(self, data: bytes) -> None:
        for at in range(0, len(data), CHUNK):
            part = data[at : at + CHUNK]
            self._wire.send(part)
            time.sleep(len(part) / self._rate)

    def receive(self, timeout: float) -> bytes:
        return self._wire.receive(timeout)

    def close(self) -> None:
        self._wire.close()


def dial(host: str, port: int, *, patience: float) -> SocketWire:
    """Connect, trying again for `patience` seconds."""
    end = time.monotonic() + patience
    while True:
        try:
            return SocketWire(socket.create_connection((host, port), timeout=5))
        except OSError as error:
            if time.monotonic() > end:
                raise WireError(f"{host}:{port}: {error}") from error
            time.sleep(0.05)


class Listener:
    """The instrument as TCP server: each `accept` waits for the agent to dial."""

    def __init__(self, port: int, host: str = "127.0.0.1"):
        self._server = socket.create_server((host, port))
        self.port = self._server.getsockname()[1]

    def accept(self, timeout: float) -> SocketWire:
        self._server.settimeout(timeout)
        try:
            return SocketWire(self._server.accept()[0])
        except OSError as error:
            raise WireError(f"nobody dialled: {error}") from error

    def close(self) -> None:
        self._server.close()


Opener = Callable[[], Wire]
