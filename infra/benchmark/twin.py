"""The product's WSGI application against its twin: bare WSGI that runs the same SQL through bare psycopg and answers in JSON.

The twin's statements are recorded from the product's own request, so both ask the database exactly the same. It parses nothing, checks
nothing and knows no person: it is the floor, not a competitor.
"""

import io
import json
import re
import statistics
import time
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

READ_ONLY = re.compile(r"^\s*(SELECT|WITH)\b(?!.*\bFOR\s+(UPDATE|NO KEY))", re.IGNORECASE | re.DOTALL)


@dataclass
class Case:
    """One request; `body(n)` makes the n-th body, so that every save changes something."""

    name: str
    method: str
    path: str
    cookie: str
    body: Callable[[int], dict[str, Any]] | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Product:
    """The whole application, as the server calls it."""

    def __init__(self, hospital: TenantRef) -> None:
        self.host = f"{hospital.subdomain}.{settings.BASE_DOMAIN}"
        self.application = get_wsgi_application()

    def answer(self, case: Case, number: int) -> bytes:
        body = json.dumps(case.body(number)).encode() if case.body else b""
        path, _, query = case.path.partition("?")
        environ = {
            "REQUEST_METHOD": case.method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
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
            "HTTP_COOKIE": f"{settings.SESSION_COOKIE}={case.cookie}",
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in case.headers.items()},
        }
        status: list[str] = []
        content = b"".join(self.application(environ, lambda line, _headers: status.append(line)))
        if not status[0].startswith("20"):
            raise RuntimeError(f"{case.name}: {status[0]} {content[:400].decode()}")
        return content


class Twin:
    """Bare WSGI over one psycopg connection that stands in the hospital's schema under its role."""

    def __init__(self, hospital: TenantRef, statements: list[tuple[str, Any]], *, writes: bool) -> None:
        database = connection.settings_dict
        names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        given = {name: database[key] for name, key in names.items() if database[key]}
        self.connection = psycopg.connect(autocommit=True, row_factory=dict_row, **given)
        self.connection.execute(f"SET search_path TO {hospital.schema}, public")
        self.connection.execute(f"SET ROLE {hospital.role}")
        self.statements, self.writes = statements, writes

    def application(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        environ["wsgi.input"].read()
        if self.writes:
            with self.connection.transaction():
                content = self._run()
        else:
            content = self._run()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return [content]

    def _run(self) -> bytes:
        rows: list[Any] = []
        for statement, params in self.statements:
            cursor = self.connection.execute(statement, params)
            if cursor.description:
                rows.append(cursor.fetchall())
        return orjson.dumps(rows, default=str)

    def answer(self) -> bytes:
        return b"".join(self.application({"wsgi.input": io.BytesIO()}, lambda *_: None))


def recorded(product: Product, case: Case, hospital: TenantRef, number: int) -> list[tuple[str, Any]]:
    """The statements of one request, with their parameters, as they went to the database."""
    statements: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        control = sql.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) or "set_config" in sql
        if not control:
            statements.extend((sql, each) for each in (params if many else [params]))
        return execute(sql, params, many, context)

    with use_hospital(hospital), connection.execute_wrapper(keep):
        product.answer(case, number)
    return statements


def compare(hospital: TenantRef, case: Case, *, rounds: int, per_round: int) -> dict[str, Any]:
    """Interleaved rounds of product and twin; the ratio product / twin round by round, its median and smallest."""
    product = Product(hospital)
    for number in range(3):
        product.answer(case, number)
    statements = recorded(product, case, hospital, 3)
    writes = any(not READ_ONLY.match(sql) for sql, _ in statements)
    twin = Twin(hospital, _repeatable(statements), writes=writes)
    twin.answer()
    times: dict[str, list[float]] = {"product": [], "twin": []}
    cpu: list[float] = []
    for turn in range(rounds):
        begun, cpu_begun = time.perf_counter(), time.process_time()
        for step in range(per_round):
            product.answer(case, 10 + turn * per_round + step)
        times["product"].append((time.perf_counter() - begun) / per_round)
        cpu.append((time.process_time() - cpu_begun) / per_round)
        begun = time.perf_counter()
        for _ in range(per_round):
            twin.answer()
        times["twin"].append((time.perf_counter() - begun) / per_round)
    ratios = [mine / bare for mine, bare in zip(times["product"], times["twin"], strict=True)]
    twin.connection.close()
    return {
        "name": case.name,
        "queries": len(statements),
        "rounds": rounds,
        "requests_per_round": per_round,
        "milliseconds": {name: round(statistics.median(values) * 1000, 2) for name, values in times.items()},
        "share_of_product_time_in_python": round(statistics.median(cpu) / statistics.median(times["product"]), 2),
        "ratios": {"product_to_twin": round(statistics.median(ratios), 2), "smallest": round(min(ratios), 2)},
    }


def _repeatable(statements: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Inserts that a unique index lets in only once are made harmless for the second time; everything else stays as recorded."""
    return [
        (
            f"{sql.split(' RETURNING ')[0]} ON CONFLICT DO NOTHING"
            if sql.startswith("INSERT") and "ON CONFLICT" not in sql
            else sql,
            params,
        )
        for sql, params in statements
    ]
