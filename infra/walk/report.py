"""What the tour prints: each step with its time, what was seen, what to look at."""

import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from infra.walk.client import Refusal


class Unmet(Exception):
    """A step did not hold: says what was expected and what was seen."""


def expect(is_met: bool, what: str) -> None:
    if not is_met:
        raise Unmet(what)


@dataclass
class Log:
    """Runs the steps in order and stops at the first that does not hold: the later ones stand on it."""

    began: float = field(default_factory=time.monotonic)
    passed: int = 0
    failed: str = ""
    seen: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """A line below the step that runs."""
        self.seen.append(text)

    async def step(self, title: str, act: Callable[[], Awaitable[None]]) -> None:
        if self.failed:
            return
        begun, self.seen = time.monotonic(), []
        problem = ""
        try:
            await act()
        except (Unmet, Refusal, TimeoutError) as error:
            problem = str(error) or "nothing came in time"
        except Exception:
            problem = traceback.format_exc()
        mark = "FAILED" if problem else "ok"
        print(f"{mark:>6} {(time.monotonic() - begun) * 1000:7.0f} ms  {title}")
        for line in self.seen:
            print(f"                    {line}")
        if problem:
            self.failed = title
            print(f"                    {problem}")
        else:
            self.passed += 1

    def close(self, looks: list[str]) -> int:
        seconds = time.monotonic() - self.began
        if self.failed:
            print(f"\n{self.passed} steps held, then failed: {self.failed} ({seconds:.1f} s)")
            return 1
        print(f"\nall {self.passed} steps held in {seconds:.1f} s\n\nLook at:")
        for line in looks:
            print(f"  {line}")
        return 0
