import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kangqiao.onboarding.demo_group import accept_agent, agent_code


class Command(BaseCommand):
    help = "Enrolment of the demo edge agent: `code` prints a one-time code, `accept` confirms the agent that used it."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        code = verbs.add_parser("code")
        code.add_argument("subdomain")
        accept = verbs.add_parser("accept")
        accept.add_argument("subdomain")
        accept.add_argument("fingerprint_tail")
        accept.add_argument("--analyzer-port", type=int, required=True)

    def handle(self, *_args: Any, verb: str, subdomain: str, **options: Any) -> None:
        if verb == "code":
            self.stdout.write(json.dumps({"code": agent_code(subdomain)}))
        else:
            accept_agent(subdomain, options["fingerprint_tail"], options["analyzer_port"])
