"""Cross-site protection for cookie sessions: an unsafe request must come from our own pages.

The cookie is SameSite=Lax; on top an unsafe method needs the header `X-Requested-With: kangqiao`, which no form and no simple
cross-site request can send, and, when the browser tells an Origin, the Origin of the same host.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from kangqiao.core.errors import Forbidden
from kangqiao.core.problems import problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MACHINE_PATHS = ("/api/edge/",)


class SameOriginMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS and not request.path.startswith(MACHINE_PATHS):
            origin = request.headers.get("Origin")
            foreign = origin is not None and urlsplit(origin).netloc != request.get_host()
            if foreign or request.headers.get("X-Requested-With") != "kangqiao":
                return problem(request, Forbidden("请求来源不明，已拒绝", "请从本系统的页面操作"))
        return self.get_response(request)
