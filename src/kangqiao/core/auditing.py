"""The door to the audit trail for rooms below it; the `audit` app plugs its writer in at start.

A write that cannot be audited fails: there is no default writer.
"""

from collections.abc import Callable
from typing import Any

from django.db import models

from kangqiao.core.actor import Actor

Writer = Callable[..., None]
_plugged: list[Writer] = []


def plug(writer: Writer) -> None:
    _plugged[:] = [writer]


def record(
    actor: Actor,
    action: str,
    *,
    target: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    succeeded: bool = True,
    **extra: Any,
) -> None:
    """Append an entry in the current transaction. `action` is a dotted code such as `checkup.enrolled`."""
    if not _plugged:
        raise RuntimeError("the audit app is not ready")
    _plugged[0](actor, action, target=target, before=before, after=after, succeeded=succeeded, **extra)
