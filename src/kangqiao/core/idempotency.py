"""`Idempotency-Key`: a command that costs money or capacity has one effect and one answer, however often it is sent.

The key's row, the effect and the stored answer are one transaction: a crash leaves all or nothing, and a second request with the
same key waits for the first at the unique index. A refusal (4xx) rolls back and is not kept, so the user may correct and resend.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja.decorators import decorate_view

from kangqiao.core.errors import Invalid, refuse
from kangqiao.core.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEY_LIMIT = 255


def _run_once(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is None:
            return run(request, **path)
        try:
            with transaction.atomic():
                response = _first_or_replay(run, request, path)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                return response
        except Exception as error:
            return _operation(run).api.on_exception(request, error)

    return answer


def _operation(run: Callable[..., Any]) -> Any:
    """The ninja operation at the bottom of a stack of decorators."""
    while hasattr(run, "__wrapped__"):
        run = run.__wrapped__
    return run.__self__  # type: ignore[attr-defined]


def _first_or_replay(run: Callable[..., HttpResponse], request: HttpRequest, path: dict[str, Any]) -> HttpResponse:
    key = request.headers.get(HEADER, "")
    if not 8 <= len(key) <= KEY_LIMIT:
        raise Invalid.field("Idempotency-Key", "请求缺少幂等键，请刷新页面后再试", "missing")
    actor = request.actor  # type: ignore[attr-defined]
    body = hashlib.sha256(request.path.encode() + b"\0" + request.body).hexdigest()
    row, fresh = IdempotencyKey.objects.get_or_create(
        key=key, actor=f"{actor.kind}:{actor.id}", defaults={"route": request.path[:200], "body_sha256": body}
    )
    if not fresh:
        if row.body_sha256 != body:
            refuse("idempotency-key-reused", "同一个幂等键用在了不同的内容上", status=422, detail="请刷新页面后再提交")
        replay = HttpResponse(bytes(row.body), status=row.status, content_type="application/json; charset=utf-8")
        replay["Idempotency-Replayed"] = "true"
        return replay
    response = run(request, **path)
    if response.status_code < 400:
        IdempotencyKey.objects.filter(pk=row.pk).update(status=response.status_code, body=response.content)
    return response


idempotent = decorate_view(_run_once)
"""Put under `@router.post(...)`: the operation then needs the header and runs once."""
