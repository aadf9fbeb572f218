"""What happens in a new hospital after its doors are open."""

from typing import Any

from kangqiao.checkup.services.demo import seed_demo
from kangqiao.core.actor import SYSTEM
from kangqiao.core.outbox import subscribe
from kangqiao.core.realtime import notify
from kangqiao.onboarding.provisioning import DEMO_WANTED


@subscribe(DEMO_WANTED, name="onboarding.seed_demo")
def seed_wanted_demo(_event: dict[str, Any]) -> None:
    seed_demo(SYSTEM)
    notify("desk", 0, {"kind": "demo_ready"})
