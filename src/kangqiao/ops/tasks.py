"""Background work of the kernel."""

import structlog

from kangqiao.audit.services import seal
from kangqiao.core import outbox
from kangqiao.core.tenancy import use_hospital
from kangqiao.core.tenancy.tasks import hospital_task, public_task
from kangqiao.core.trace import start_trace
from tenants.registry.selectors import hospitals

log = structlog.get_logger(__name__)


@hospital_task(name="ops.deliver_event")
def deliver_event(event_id: int) -> None:
    """Hand one outbox event to its subscribers."""
    start_trace()
    outbox.deliver(event_id)


@hospital_task(name="ops.drain_outbox")
def drain_outbox() -> None:
    """Deliver everything due in one hospital."""
    start_trace()
    outbox.drain()


@public_task(name="ops.sweep_outboxes")
def sweep_outboxes() -> None:
    """Find due events whose hint was lost, hospital by hospital."""
    for hospital in hospitals():
        with use_hospital(hospital):
            if outbox.due(1):
                drain_outbox.delay()


@public_task(name="ops.seal_audit")
def seal_audit() -> None:
    """Close the finished audit entries of every hospital into the chain."""
    for hospital in hospitals():
        with use_hospital(hospital):
            seal()


outbox.on_wake(lambda event_id: deliver_event.apply_async((event_id,), retry=False))
