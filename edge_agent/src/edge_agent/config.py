"""Device configuration from the cloud: checked as a whole, kept on disk, with the last good version beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from edge_agent.drivers.charset import CHARSETS
from edge_agent.drivers.registry import DRIVERS
from edge_agent.errors import EdgeError
from edge_agent.files import write_durably

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class TcpServer(msgspec.Struct, frozen=True, tag="tcp_server", tag_field="type"):
    port: Port
    bind: str = "0.0.0.0"  # noqa: S104  the instrument is on the hospital's network; `allow` narrows it
    allow: tuple[str, ...] = ()


class TcpClient(msgspec.Struct, frozen=True, tag="tcp_client", tag_field="type"):
    host: str
    port: Port


class Serial(msgspec.Struct, frozen=True, tag="serial", tag_field="type"):
    port: str = ""
    usb: str = ""
    baud: Annotated[int, msgspec.Meta(ge=50, le=4_000_000)] = 9600
    bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O", "M", "S"] = "N"
    stop: float = 1


class Device(msgspec.Struct, frozen=True):
    """One instrument. `id` is the instrument's code in the cloud."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,40}$")]
    driver: str
    transport: TcpServer | TcpClient | Serial
    name: str = ""
    enabled: bool = True
    charset: str = "auto"
    options: dict[str, Any] = {}

    @property
    def silence_s(self) -> float:
        value = self.options.get("silence_s", 0)
        return float(value) if isinstance(value, int | float) else 0.0


class Config(msgspec.Struct, frozen=True):
    devices: tuple[Device, ...] = ()

    def device(self, device_id: str) -> Device | None:
        return next((device for device in self.devices if device.id == device_id), None)


class Versioned(msgspec.Struct, frozen=True):
    version: int = 0
    config: Config = Config()


def parse(raw: Any) -> Config:
    """Raises EdgeError `invalid` with the first fault."""
    try:
        config = msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        raise EdgeError("invalid", f"设备配置有误：{error}") from error
    seen: set[str] = set()
    for device in config.devices:
        fault = _fault(device, seen)
        if fault:
            raise EdgeError("invalid", f"设备 {device.id} 配置有误：{fault}")
        seen.add(device.id)
    return config


def _fault(device: Device, seen: set[str]) -> str:
    if device.id in seen:
        return "编号重复"
    if device.driver not in DRIVERS:
        return f"本版本没有驱动 {device.driver}，请先更新前置机程序"
    if device.charset not in CHARSETS:
        return f"不认识的字符集 {device.charset}"
    if isinstance(device.transport, Serial):
        if device.transport.stop not in (1, 1.5, 2):
            return "停止位只能是 1、1.5 或 2"
        if not device.transport.port and not device.transport.usb:
            return "串口名称和 USB 标识至少填一项"
    return ""


class ConfigStore:
    """`running` is what runs, `good` the last version that proved itself, `refused` the version rolled back last."""

    def __init__(self, state: Path):
        self._state = state
        self.running = self._read("config.json")
        self.good = self._read("config.good.json")
        self.refused = self._read("config.refused.json").version

    def _read(self, name: str) -> Versioned:
        try:
            raw = msgspec.json.decode((self._state / name).read_bytes())
            return Versioned(int(raw["version"]), parse(raw["config"]))
        except (OSError, msgspec.DecodeError, KeyError, TypeError, ValueError, EdgeError):
            return Versioned()

    def _write(self, name: str, value: Versioned) -> None:
        write_durably(self._state / name, msgspec.json.encode(value))

    def start(self, value: Versioned) -> None:
        self.running = value
        self._write("config.json", value)

    def prove(self) -> None:
        """The running version works."""
        if self.good != self.running:
            self.good = self.running
            self._write("config.good.json", self.good)

    def roll_back(self) -> Versioned:
        """Back to the last good version; returns it."""
        self.refused = self.running.version
        self._write("config.refused.json", self.running)
        self.start(self.good)
        return self.good
