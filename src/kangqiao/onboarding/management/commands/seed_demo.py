"""`manage.py seed_demo`: the demo group with two hospitals. Prints its log-ins as JSON; running it again completes what is missing."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from kangqiao.onboarding.demo import seed_demo_group


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(seed_demo_group(), ensure_ascii=False))
