"""A database of the benchmark's own on the given server, with a role prefix of its own; what a dead run left is removed."""

import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

PREFIX = "kqbench"
DATABASE = "kangqiao_bench_"


def _alive(name: str) -> bool:
    pid = name.removeprefix(DATABASE)
    return pid.isdigit() and int(pid) != os.getpid() and Path(f"/proc/{pid}").exists()


def _remove_remains(server: psycopg.Connection) -> None:
    names = server.execute("select datname from pg_database where starts_with(datname, %s)", [DATABASE]).fetchall()
    living = [name for (name,) in names if _alive(name)]
    for (name,) in names:
        if name not in living:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    roles = server.execute("select rolname from pg_roles where starts_with(rolname, %s)", [f"{PREFIX}_"]).fetchall()
    for (role,) in () if living else roles:
        server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@contextmanager
def own_database() -> Iterator[None]:
    """Points DATABASE_URL at a new, empty database until the end; to be entered before Django reads its settings."""
    url = os.environ["DATABASE_URL"]
    name = f"{DATABASE}{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        _remove_remains(server)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
        os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
        os.environ["KANGQIAO_ROLE_PREFIX"] = PREFIX
        os.environ.setdefault("KANGQIAO_MASTER_KEY", base64.b64encode(secrets.token_bytes(32)).decode())
        os.environ.setdefault("KANGQIAO_SECRET_KEY", secrets.token_urlsafe(50))
        try:
            yield
        finally:
            os.environ["DATABASE_URL"] = url
            _remove_remains(server)
