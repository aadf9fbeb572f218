"""What was received: the newest 500 messages in memory and on disk, readable while others arrive."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

MOST = 500
MOST_TEXT = 64 * 1024
COMPACT_AFTER_LINES = 5_000
CODE = re.compile(r"(?<![\d.])\d{4,8}(?![\d.])")


@dataclass(frozen=True)
class Message:
    """One SMS or e-mail as its receiver sees it; `codes` are the verification codes found in the text."""

    id: int
    channel: str
    to: str
    sender: str
    subject: str
    text: str
    at: str
    codes: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)


class MessageStore:
    """Bounded and thread-safe. With `folder`, messages survive a restart."""

    def __init__(self, folder: Path | None = None) -> None:
        self._messages: deque[Message] = deque(maxlen=MOST)
        self._changed = threading.Condition()
        self._next = 1
        self._file = folder / "messages.jsonl" if folder else None
        self._lines = 0
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._load(self._file)

    def add(self, *, channel: str, to: str, sender: str, subject: str, text: str, **details: str) -> Message:
        text = text[:MOST_TEXT]
        with self._changed:
            message = Message(
                id=self._next,
                channel=channel,
                to=to,
                sender=sender,
                subject=subject[:500],
                text=text,
                at=datetime.now().astimezone().isoformat(timespec="seconds"),
                codes=tuple(dict.fromkeys(CODE.findall(f"{subject} {text}")))[:5],
                details=details,
            )
            self._next += 1
            self._messages.append(message)
            self._keep(message)
            self._changed.notify_all()
        return message

    def find(self, *, to: str = "", channel: str = "", after: int = 0, wait: float = 0.0) -> list[Message]:
        """Newest first. `to` is the whole address; with `wait`, up to that many seconds until there is at least one."""
        with self._changed:
            found = self._matching(to, channel, after)
            if not found and wait > 0:
                self._changed.wait_for(lambda: bool(self._matching(to, channel, after)), timeout=wait)
                found = self._matching(to, channel, after)
        return found[::-1]

    def clear(self) -> None:
        with self._changed:
            self._messages.clear()
            if self._file:
                self._file.unlink(missing_ok=True)
                self._lines = 0
            self._changed.notify_all()

    def _matching(self, to: str, channel: str, after: int) -> list[Message]:
        return [
            m
            for m in self._messages
            if m.id > after and (not to or m.to.lower() == to.lower()) and (not channel or m.channel == channel)
        ]

    def _load(self, file: Path) -> None:
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                try:
                    values = json.loads(line)
                    self._messages.append(Message(**{**values, "codes": tuple(values["codes"])}))
                except (ValueError, TypeError, KeyError):
                    continue  # a line cut by a crash
        if self._messages:
            self._next = self._messages[-1].id + 1
        self._compact(file)

    def _keep(self, message: Message) -> None:
        if not self._file:
            return
        if self._lines >= COMPACT_AFTER_LINES:
            self._compact(self._file)
            return
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")
        self._lines += 1

    def _compact(self, file: Path) -> None:
        lines = [json.dumps(asdict(m), ensure_ascii=False) for m in self._messages]
        temporary = file.with_suffix(".part")
        temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        temporary.replace(file)
        self._lines = len(lines)
