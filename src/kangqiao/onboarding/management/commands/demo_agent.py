"""`manage.py demo_agent code SUBDOMAIN`: a one-time code for the demo edge agent, as JSON.
`manage.py demo_agent accept SUBDOMAIN FINGERPRINT --analyzer-port N`: confirm it and give it the demo analyzer."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kangqiao.core.actor import SYSTEM
from kangqiao.core.tenancy import use_hospital
from kangqiao.instruments.selectors import agent_by_fingerprint
from kangqiao.instruments.services.configuring import ensure_instrument
from kangqiao.instruments.services.enrolment import confirm_agent, make_code
from tenants.registry.selectors import hospital_with_subdomain


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["code", "accept"])
        parser.add_argument("subdomain")
        parser.add_argument("fingerprint", nargs="?", default="")
        parser.add_argument("--analyzer-port", type=int, default=8007)

    def handle(self, *args: Any, verb: str, subdomain: str, **options: Any) -> None:
        hospital = hospital_with_subdomain(subdomain)
        if hospital is None:
            raise CommandError(f"no hospital at {subdomain}")
        with use_hospital(hospital):
            if verb == "code":
                code, _ = make_code(SYSTEM, agent_name="检验科前置机")
                self.stdout.write(json.dumps({"code": code}))
            else:
                self._accept(options["fingerprint"], options["analyzer_port"])

    def _accept(self, fingerprint: str, port: int) -> None:
        agent = agent_by_fingerprint(fingerprint)
        if agent is None:
            raise CommandError("no agent with this fingerprint")
        confirm_agent(SYSTEM, agent.pk, fingerprint_tail=fingerprint)
        ensure_instrument(
            SYSTEM,
            agent.pk,
            code="hematology",
            name="血球仪 1",
            transport="tcp_server",
            host="127.0.0.1",
            port=port,
            allowed_addresses="127.0.0.1",
        )
        self.stdout.write(f"{agent.name} confirmed")
