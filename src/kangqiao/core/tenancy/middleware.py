"""Host -> hospital, for every HTTP request."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from kangqiao.core.tenancy.context import HospitalMissing, HospitalSuspended, use_hospital, use_public
from kangqiao.core.tenancy.resolver import hospital_by_host
from tenants.errors import DomainError
from tenants.scope import Entered

Handler = Callable[[HttpRequest], HttpResponseBase]


class TenantMiddleware:
    """Enters the hospital, or the public site, for the time of the request. An unknown host is 404, never the public site.

    Sets `request.hospital` to the TenantRef, None on the public site.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = self._host(request)
        if host in settings.PUBLIC_HOSTS:
            request.hospital = None  # type: ignore[attr-defined]
            return self._inside(use_public, request)
        ref = hospital_by_host(host) if host else None
        if ref is None:
            return problem(request, HospitalMissing())
        if ref.status == "suspended":
            return problem(request, HospitalSuspended())
        request.hospital = ref  # type: ignore[attr-defined]
        return self._inside(lambda: use_hospital(ref), request)

    def _host(self, request: HttpRequest) -> str:
        """Only the Host header counts: X-Forwarded-Host would let a client choose."""
        return split_domain_port(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", ""))[0].rstrip(".")

    def _inside(self, enter: Callable[[], Entered], request: HttpRequest) -> HttpResponseBase:
        with enter():
            response = self.get_response(request)
        if getattr(response, "streaming", False) and not getattr(response, "is_async", False):
            body: Iterable[bytes] = response.streaming_content  # type: ignore[attr-defined]
            response.streaming_content = _inside_each(enter, body)  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A hospital whose schema has gone is not there."""
        return problem(request, error) if isinstance(error, HospitalMissing) else None


def _inside_each(enter: Callable[[], Entered], body: Iterable[bytes]) -> Iterator[bytes]:
    """A streamed body is produced after the middleware has returned, so each part enters again."""
    parts = iter(body)
    end = object()
    while True:
        with enter():
            part: Any = next(parts, end)
        if part is end:
            return
        yield part


def problem(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal as application/problem+json (RFC 9457)."""
    document = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": request.path,
        "trace_id": getattr(request, "trace_id", ""),
    }
    body = json.dumps(document, ensure_ascii=False)
    return HttpResponse(body, status=error.status, content_type="application/problem+json")
