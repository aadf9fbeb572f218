"""A stored transmission is read by the worker, so that the agent's acknowledgement waits for nothing but the commit."""

from typing import Any

from kangqiao.core.outbox import subscribe
from kangqiao.instruments.services.transmissions import read_transmission


@subscribe("instruments.transmission_stored", name="instruments.read")
def read_stored(event: dict[str, Any]) -> None:
    read_transmission(event["transmission_id"])
