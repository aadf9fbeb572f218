"""Which instruments an agent serves."""

from typing import Any

from django.db import transaction
from django.db.models import F

from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import NotFound
from kangqiao.core.search import pinyin_initials
from kangqiao.instruments.models import EdgeAgent, Instrument


@transaction.atomic
def push_configuration(actor: Actor, pk: int) -> EdgeAgent:
    """Send the instruments' present settings to the agent as a new version."""
    actor.require("instruments.agent.write")
    if not EdgeAgent.objects.filter(pk=pk).update(config_version=F("config_version") + 1, config_fault=""):
        raise NotFound()
    agent = EdgeAgent.objects.get(pk=pk)
    auditing.record(actor, "instruments.configuration_pushed", target=agent, after={"version": agent.config_version})
    return agent


@transaction.atomic
def ensure_instrument(actor: Actor, agent_pk: int, *, code: str, name: str, **settings: Any) -> Instrument:
    """Make or change one instrument of an agent and send the agent its new configuration."""
    actor.require("instruments.agent.write")
    values = {"name": name, "pinyin": pinyin_initials(name), "agent_id": agent_pk, "is_active": True, **settings}
    instrument, _ = Instrument.objects.update_or_create(code=code, defaults=values)
    auditing.record(actor, "instruments.updated", target=instrument)
    push_configuration(actor, agent_pk)
    return instrument
