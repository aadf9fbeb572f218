import json
from typing import Any

from django.core.management.base import BaseCommand

from kangqiao.onboarding.demo_group import make_demo_group


class Command(BaseCommand):
    help = "Make the demo group with two hospitals, staff and examinees. Idempotent; prints the log-ins as JSON."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(json.dumps(make_demo_group(), ensure_ascii=False))
