"""Trace ids: one per request, task or message; in the log, in problems and in outbox events."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

import structlog
from django.http import HttpRequest, HttpResponse

_trace: ContextVar[str] = ContextVar("trace", default="")


def trace_id() -> str:
    return _trace.get()


def start_trace(given: str = "") -> str:
    """Begin a trace (32 hex digits), continuing `given` when it is one of ours."""
    value = given if len(given) == 32 and given.isalnum() else uuid.uuid4().hex
    _trace.set(value)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(trace_id=value)
    return value


class TraceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        value = start_trace()
        response = self.get_response(request)
        response["X-Trace-Id"] = value
        return response
