"""Fault switches: what goes wrong with the next messages, as real services go wrong."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from typing import Any

KINDS = {
    "drop": "答“成功”，但对方收不到",
    "hang_up": "对方收到，但断开连接不作答（结果不明）",
    "delay": "等 seconds 秒再作答",
    "duplicate": "对方收到两次",
    "error": "拒绝，错误码 code",
}
CHANNELS = ("sms", "email")
MOST = 50
MOST_SECONDS = 120.0


@dataclass(frozen=True)
class Fault:
    """One switch; `times` counts down to 0, -1 stays until cleared; empty `to` meets everybody."""

    channel: str
    kind: str
    times: int = 1
    to: str = ""
    code: str = ""
    message: str = ""
    seconds: float = 0.0


class FaultSwitches:
    """Thread-safe list of switches; the first that fits a message is taken."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def set(self, values: dict[str, Any]) -> Fault:
        """Raises ValueError with a Chinese reason for an unusable switch."""
        unknown = set(values) - set(Fault.__dataclass_fields__)
        if unknown:
            raise ValueError(f"不认识的字段：{'、'.join(sorted(unknown))}")
        try:
            fault = Fault(**values)
        except TypeError as error:
            raise ValueError("请给出 channel 和 kind") from error
        if fault.channel not in CHANNELS or fault.kind not in KINDS:
            raise ValueError(f"channel 取 {'、'.join(CHANNELS)}；kind 取 {'、'.join(KINDS)}")
        if not isinstance(fault.times, int) or fault.times == 0 or fault.times < -1:
            raise ValueError("times 取正整数，或 -1 表示一直有效")
        if not isinstance(fault.seconds, int | float) or not 0 <= fault.seconds <= MOST_SECONDS:
            raise ValueError(f"seconds 取 0 到 {MOST_SECONDS:.0f}")
        with self._lock:
            if len(self._faults) >= MOST:
                raise ValueError("开关太多，请先清除")
            self._faults.append(fault)
        return fault

    def take(self, channel: str, to: str) -> Fault | None:
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.channel == channel and fault.to in ("", to):
                    if fault.times == 1:
                        del self._faults[index]
                    elif fault.times > 1:
                        self._faults[index] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def all(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
