"""Health of the web process: `healthz` says that it lives, `readyz` that it can work."""

import time
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse

from kangqiao.core.tenancy import use_public


def live(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> JsonResponse:
    """Database and Redis answer; each with its milliseconds."""
    checks: dict[str, Any] = {"database": _timed(_database), "redis": _timed(_redis)}
    healthy = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ok" if healthy else "failing", "checks": checks}, status=200 if healthy else 503)


def _timed(check: Any) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        check()
    except Exception as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, "ms": round((time.perf_counter() - start) * 1000, 1)}


def _database() -> None:
    with use_public(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis() -> None:
    with use_public():
        cache.get("readyz")
