"""Puts the actor on requests to a hospital's API."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kangqiao.accounts.services.sessions import recognize
from kangqiao.core.errors import SignInRequired
from kangqiao.core.tenancy import HospitalRequired, current_hospital


class SessionMiddleware:
    """`request.actor` and `request.staff_user`, or None with `request.sign_in_refusal` telling why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = request.staff_user = request.sign_in_refusal = None  # type: ignore[attr-defined]
        cookie = request.COOKIES.get(settings.SESSION_COOKIE)
        if cookie and request.path.startswith("/api/v1/") and _in_hospital():
            try:
                request.actor, request.staff_user = recognize(cookie, client_ip(request))  # type: ignore[attr-defined]
            except SignInRequired as refusal:
                request.sign_in_refusal = refusal  # type: ignore[attr-defined]
        return self.get_response(request)


def _in_hospital() -> bool:
    try:
        current_hospital()
    except HospitalRequired:
        return False
    return True


def client_ip(request: HttpRequest) -> str:
    """The peer's address; behind our own proxy the last address that it added."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_SSL_REDIRECT else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
