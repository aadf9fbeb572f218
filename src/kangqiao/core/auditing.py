"""The door to the audit trail for rooms below it; the `audit` app plugs its writer in at start.

A write that cannot be audited fails: there is no default writer.
"""

from collections.abc import Callable
from typing import Any

from django.db import models

from kangqiao.core.actor import Actor

Writer = Callable[..., None]
_writer: Writer | None = None


def plug(writer: Writer) -> None:
    global _writer
    _writer = writer


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
    if _writer is None:
        raise RuntimeError("the audit app is not ready")
    _writer(actor, action, target=target, before=before, after=after, succeeded=succeeded, **extra)
