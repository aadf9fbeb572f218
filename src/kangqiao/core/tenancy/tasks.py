"""Celery tasks that carry their hospital from the moment of the call.

`@hospital_task` runs inside the hospital that was entered when it was called, and refuses to run without one.
`@public_task` runs in the public schema: schedules and fan-out.
"""

from functools import partial
from typing import Any

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from celery.signals import task_postrun, task_prerun
from django.db import transaction

from kangqiao.core.tenancy.context import HospitalRequired, current_hospital, use_hospital, use_public
from kangqiao.core.tenancy.resolver import hospital_by_id
from tenants.scope import leave

HEADER = "kangqiao_hospital"


def _with_hospital(options: dict[str, Any]) -> dict[str, Any]:
    """The hospital of an earlier call stays; else it is the one that is entered now."""
    headers = dict(options.get("headers") or {})
    if HEADER not in headers:
        headers[HEADER] = current_hospital().hospital_id
    return {**options, "headers": headers}


class HospitalTask(DjangoTask):
    """Base of every task that works inside a hospital. Calling it outside of one raises HospitalRequired."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # type: ignore[override]
        return super(DjangoTask, self).apply_async(args, kwargs, **_with_hospital(options))

    def apply(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # type: ignore[override]
        return super().apply(args, kwargs, **_with_hospital(options))

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        self.apply_async_on_commit(args, kwargs)

    def apply_async_on_commit(self, args: Any = None, kwargs: Any = None, **options: Any) -> None:  # type: ignore[override]
        """Send at commit, for the hospital that is entered now: at commit it may be another one."""
        transaction.on_commit(partial(self.apply_async, args, kwargs, **_with_hospital(options)))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        hospital_id = (self.request.headers or {}).get(HEADER) or getattr(self.request, HEADER, None)
        if hospital_id is None:
            raise HospitalRequired(f"task {self.name} came without a hospital")
        with use_hospital(hospital_by_id(hospital_id)):
            return self.run(*args, **kwargs)


class PublicTask(DjangoTask):
    """Base of tasks of the platform itself."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with use_public():
            return self.run(*args, **kwargs)


hospital_task = partial(shared_task, base=HospitalTask)
public_task = partial(shared_task, base=PublicTask)


@task_prerun.connect(dispatch_uid="kangqiao.core.tenancy.prerun")
@task_postrun.connect(dispatch_uid="kangqiao.core.tenancy.postrun")
def _start_nowhere(task: Any = None, **_signal: Any) -> None:
    """A worker's thread starts and ends each task outside of every hospital, whatever the one before left behind."""
    if not getattr(task.request, "is_eager", False):
        leave()
