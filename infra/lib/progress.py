"""What a person sees while the commands work: one line a step with its time, on stderr."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TAIL_LINES = 25


class Failure(Exception):
    """Says what went wrong and what to do; ends the command with `exit_code`."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Progress:
    """Steps with elapsed seconds; `timings` keeps them for the JSON answer."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.timings: dict[str, float] = {}

    def elapsed(self) -> float:
        return round(time.monotonic() - self.started, 1)

    def say(self, text: str) -> None:
        print(f"{self.elapsed():7.1f} s  {text}", file=sys.stderr, flush=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        begun = time.monotonic()
        self.say(f"{title} ...")
        yield
        took = time.monotonic() - begun
        self.timings[title] = round(took, 1)
        if took >= 1:
            self.say(f"{title}: done in {took:.1f} s")


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, indented; empty when there is none."""
    if not path.exists():
        return ""
    text = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(f"    | {line[:400]}" for line in text)


def run(command: Sequence[object], *, log: Path, what: str, advice: str = "", **options: Any) -> None:
    """Run a command with its output in `log`; on failure say `what` failed, with the end of the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        out.write(f"\n$ {' '.join(str(part) for part in command)}\n".encode())
        out.flush()
        done = subprocess.run(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **options
        )
    if done.returncode:
        hint = f"\n{advice}" if advice else ""
        raise Failure(f"{what} failed (exit code {done.returncode}). The end of {log}:\n{tail(log)}{hint}")
