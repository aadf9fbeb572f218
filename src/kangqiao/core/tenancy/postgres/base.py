"""Thin layer over Django's PostgreSQL backend: search_path and role follow the scope that is entered (`tenants.scope`)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.utils.functional import cached_property
from django_tenants.postgresql_backend.introspection import DatabaseSchemaIntrospection
from psycopg.pq import TransactionStatus

from tenants.errors import HospitalMissing, HospitalRequired
from tenants.scope import Scope, current_scope

ENTER = (
    "select set_config('search_path', %s, false), set_config('role', %s, false),"
    " exists (select from pg_catalog.pg_namespace where nspname = %s)"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """Sets search_path and role in one statement when the wanted pair differs from the one known to be set.

    Both are undone by a rollback, so everything that may roll back forgets the known pair. Without a scope there is no cursor.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.introspection = DatabaseSchemaIntrospection(self)
        self._entered: tuple[str, str] | None = None
        self._plumbing = False
        # A cursor may outlive the scope in which it was taken, so each execution looks again.
        self.execute_wrappers.append(self._execute_in_scope)

    @property
    def schema_name(self) -> str | None:
        """The schema that is entered; read by django_tenants' introspection and router."""
        scope = current_scope()
        return scope.schema if scope else None

    def set_tenant(self, *_args: Any, **_kwargs: Any) -> None:
        """Closed door: django_tenants' own switch is shared by all code of a thread."""
        raise HospitalRequired("use use_hospital(ref), use_public() or use_owner(schema) of kangqiao.core.tenancy")

    set_schema = set_schema_to_public = set_tenant

    def _cursor(self, name: str | None = None) -> Any:
        if not self._plumbing:
            self._scope()
        cursor = super()._cursor(name)  # type: ignore[misc]
        self._enter_scope()
        return cursor

    def _execute_in_scope(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self._enter_scope()
        return execute(sql, params, many, context)

    def _scope(self) -> Scope:
        scope = current_scope()
        if scope is None:
            raise HospitalRequired("no hospital is entered: use use_hospital(ref) or use_public()")
        if scope.db_alias != self.alias:
            raise HospitalRequired(f"the entered scope lives on database {scope.db_alias!r}, not on {self.alias!r}")
        return scope

    def _enter_scope(self) -> None:
        if self._plumbing:
            return
        scope = self._scope()
        wanted = (scope.path, scope.role)
        if wanted == self._entered or self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        self._entered = None
        with self.wrap_database_errors:
            try:
                row = self.connection.execute(ENTER, (*wanted, scope.schema)).fetchone()
            except (psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege) as error:
                if scope.ref:
                    raise HospitalMissing(hospital=scope.ref.subdomain) from error
                raise psycopg.OperationalError(
                    f"role {scope.role} cannot be taken: run manage.py ensure_roles"
                ) from error
        if not row[2]:
            raise HospitalMissing(schema=scope.schema)
        self._entered = wanted

    @contextmanager
    def _without_scope(self) -> Iterator[None]:
        """For statements that read no table: savepoints, constraint checks, the server's version."""
        before, self._plumbing = self._plumbing, True
        try:
            yield
        finally:
            self._plumbing = before

    @cached_property
    def pg_version(self) -> int:
        with self._without_scope(), self.temporary_connection():
            return self.connection.info.server_version

    def connect(self) -> None:
        self._entered = None
        super().connect()

    def close(self) -> None:
        self._entered = None
        super().close()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._entered = None

    def _savepoint(self, sid: str) -> None:
        with self._without_scope():
            super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> None:
        with self._without_scope():
            super()._savepoint_commit(sid)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        try:
            with self._without_scope():
                super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._entered = None

    def check_constraints(self, table_names: Any = None) -> None:
        with self._without_scope():
            super().check_constraints(table_names)
