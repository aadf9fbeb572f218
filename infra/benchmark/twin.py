"""The product's WSGI application against its twin: bare WSGI that runs the same SQL through bare psycopg and answers in JSON.

The twin's statements are recorded from the product's own requests, so both ask the database the same. The twin parses nothing, checks
nothing, knows no person and sends rows as they come: it is the floor, not a competitor.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from psycopg.rows import dict_row

from kangqiao.core.tenancy import TenantRef, use_hospital
from tenants.scope import current_scope

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK")
Statement = tuple[str, Any]


@dataclass(frozen=True)
class Request:
    """One HTTP request of a signed-in staff user."""

    method: str
    path: str
    query: str = ""
    body: dict[str, Any] | None = None


@dataclass
class Case:
    """`requests` are sent in turn, one each a round; `reset` brings back the state before them, outside of the clock."""

    name: str
    title: str
    requests: list[Request]
    cookie: str
    reset: Callable[[], None] | None = None


@dataclass
class Recording:
    """What one request sent to the database, and what came back over HTTP."""

    statements: list[Statement] = field(default_factory=list)
    controls: int = 0
    answer: bytes = b""

    @property
    def writes(self) -> bool:
        """Whether the request works in a transaction: it writes or locks."""
        return self.controls > 0 or any(_takes_lock(sql) for sql, _ in self.statements)


def _takes_lock(sql: str) -> bool:
    words = sql.upper()
    return not words.lstrip().startswith(("SELECT", "WITH")) or "FOR UPDATE" in words or "FOR NO KEY UPDATE" in words


class Product:
    """The whole application, as the server calls it."""

    def __init__(self, hospital: TenantRef, cookie: str) -> None:
        self.host = f"{hospital.subdomain}.{settings.BASE_DOMAIN}"
        self.cookie = cookie
        self.application = get_wsgi_application()

    def environ(self, request: Request) -> dict[str, Any]:
        body = json.dumps(request.body).encode() if request.body is not None else b""
        return {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query,
            "HTTP_HOST": self.host,
            "SERVER_NAME": self.host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "HTTP_X_REQUESTED_WITH": "kangqiao",
            "HTTP_COOKIE": f"{settings.SESSION_COOKIE}={self.cookie}",
        }

    def answer(self, environ: dict[str, Any]) -> bytes:
        """The body; closes the response as a server does, which gives the connection back to the pool."""
        status: list[str] = []
        response = self.application(environ, lambda line, _headers: status.append(line))
        try:
            content = b"".join(response)
        finally:
            response.close()
        if not status[0].startswith("20"):
            raise RuntimeError(f"{environ['PATH_INFO']}: {status[0]} {content[:400].decode()}")
        return content


class Twin:
    """Bare WSGI over one psycopg connection that stands in the hospital's schema under its role."""

    def __init__(self, hospital: TenantRef) -> None:
        database = connection.settings_dict
        names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        given = {name: database[key] for name, key in names.items() if database[key]}
        self.connection = psycopg.connect(autocommit=True, row_factory=dict_row, **given)
        self.connection.execute(f"SET search_path TO {hospital.schema}, public")
        self.connection.execute(f"SET ROLE {hospital.role}")

    def application(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        environ["wsgi.input"].read()
        recording: Recording = environ["benchmark.recording"]
        if recording.writes:
            with self.connection.transaction():
                content = self._run(recording.statements)
        else:
            content = self._run(recording.statements)
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return [content]

    def _run(self, statements: list[Statement]) -> bytes:
        rows: list[Any] = []
        for statement, params in statements:
            cursor = self.connection.execute(statement, params)
            if cursor.description:
                rows.append(cursor.fetchall())
        return orjson.dumps(rows, default=str)

    def answer(self, recording: Recording) -> bytes:
        environ = {"wsgi.input": io.BytesIO(), "benchmark.recording": recording}
        return b"".join(self.application(environ, lambda *_: None))


def record(product: Product, request: Request, hospital: TenantRef) -> Recording:
    """Send a request and keep the statements that it sends to the hospital's schema, with their parameters.

    The platform's own (which hospital is at this host: once in ten seconds; its keys: once in five minutes) are not the twin's.
    """
    kept = Recording()

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        scope = current_scope()
        if sql.lstrip().upper().startswith(CONTROL):
            kept.controls += 1
        elif scope and scope.ref:
            kept.statements.extend((sql, each) for each in (params if many else [params]))
        return execute(sql, params, many, context)

    with use_hospital(hospital), connection.execute_wrapper(keep):
        kept.answer = product.answer(product.environ(request))
    return kept
