"""The two single-page front ends and the answers of paths that no door knows."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kangqiao.core.errors import DomainError, NotFound
from kangqiao.core.problems import problem
from kangqiao.core.tenancy import HospitalRequired, current_hospital

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@lru_cache(maxsize=8)
def _index(path: Path, _changed: float) -> bytes:
    return path.read_bytes()


def front_end(request: HttpRequest) -> HttpResponse:
    """`index.html` of the staff app on a hospital's host, of the public site elsewhere."""
    try:
        current_hospital()
        app = "staff"
    except HospitalRequired:
        app = "site"
    page = settings.FRONTEND_APPS[app] / "index.html"
    if not page.exists():
        return HttpResponse("前端还没有构建，请运行 infra/up", status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(_index(page, page.stat().st_mtime))
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-cache"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, NotFound("没有这个地址", "请检查网址"))


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(request, DomainError("internal", "系统出错，操作没有生效", status=500, detail="请稍后再试"))
