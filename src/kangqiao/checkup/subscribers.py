"""What the check-up does when others tell of something."""

from typing import Any

from kangqiao.checkup.services.demo import RELEASE_WANTED, release_demo
from kangqiao.checkup.services.instruments import apply_instrument_results
from kangqiao.core.actor import SYSTEM
from kangqiao.core.outbox import subscribe


@subscribe("instruments.results_received", name="checkup.apply_results")
def _apply_results(event: dict[str, Any]) -> None:
    apply_instrument_results(SYSTEM, event["transmission_id"])


@subscribe(RELEASE_WANTED, name="checkup.release_demo")
def _release_demo(event: dict[str, Any]) -> None:
    release_demo(SYSTEM, event)
