"""Background work of sign-up."""

import uuid

from kangqiao.core.tenancy.tasks import public_task
from kangqiao.core.trace import start_trace
from tenants.registry.services import prepare_schemas
from tenants.signup.services import resume_stale, run_sign_up

POOL_SIZE = 3


@public_task(name="onboarding.run_sign_up")
def run(public_id: str) -> None:
    """Run the steps of one sign-up."""
    start_trace()
    run_sign_up(uuid.UUID(public_id))


@public_task(name="onboarding.resume_sign_ups")
def resume_sign_ups() -> None:
    """Take over sign-ups whose worker is gone."""
    start_trace()
    resume_stale()


@public_task(name="onboarding.fill_schema_pool")
def fill_schema_pool() -> None:
    """Keep a few ready-made schemas, so that the next sign-up takes a moment."""
    start_trace()
    prepare_schemas(POOL_SIZE)
