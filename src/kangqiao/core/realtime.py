"""Live notices to browsers. A notice carries ids and kinds only; the page asks the API for the data, which checks its rights."""

from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from kangqiao.core.tenancy import group_name

log = structlog.get_logger(__name__)


def notify(kind: str, id: int | str, notice: dict[str, Any]) -> None:
    """After the commit, tell the browsers that watch (`kind`, `id`) in this hospital. Lost when nobody listens or Redis is down."""
    group = group_name(kind, id)
    message = {"type": "notice", "about": {"kind": kind, "id": id}, "notice": notice}
    transaction.on_commit(lambda: _send(group, message), robust=True)


def _send(group: str, message: dict[str, Any]) -> None:
    try:
        async_to_sync(get_channel_layer().group_send)(group, message)
    except Exception:
        log.warning("realtime.notice_lost", exc_info=True)
