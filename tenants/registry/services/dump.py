"""The template schema as SQL: pg_dump's two sections and the copying of rows, with a placeholder for the schema's name."""

# ruff: noqa: S608 (identifiers cannot be parameters; each passes `checked` or `quote_name`)

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from tenants.errors import refuse
from tenants.scope import as_owner, prefixed

PLACEHOLDER = "@schema@"
NOT_WANTED = re.compile(
    r"^(?:SET (?:statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_encoding|"
    r"standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security|default_tablespace|"
    r"default_table_access_method) = .*;|SELECT pg_catalog\.set_config\('search_path', '', false\);|--.*|\\(?:un)?restrict .*|)\n",
    re.MULTILINE,
)


def _pg_dump() -> str:
    found = shutil.which("pg_dump") or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), reverse=True)), None
    )
    if not found:
        refuse("pg-dump-missing", "找不到 pg_dump", status=500, detail="请安装 PostgreSQL 客户端程序")
    return found


def dump_section(schema: str, section: str) -> str:
    """`pre-data` or `post-data` of a schema as SQL, with the placeholder in place of the schema's name."""
    database = connection.settings_dict
    command = [
        _pg_dump(),
        "--schema-only",
        f"--section={section}",
        f"--schema={schema}",
        "--no-owner",
        "--no-privileges",
    ]
    command += [f"--role={prefixed('owner')}", "--no-password", f"--dbname={database['NAME']}"]
    for flag, name in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database[name]:
            command.append(f"{flag}={database[name]}")
    environment = {**os.environ, "PGPASSWORD": str(database["PASSWORD"] or ""), "PGCLIENTENCODING": "UTF8"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        refuse("template-dump-failed", "模板导出失败", status=500, detail=done.stderr.strip()[:500])
    return (
        NOT_WANTED.sub("", done.stdout)
        .replace(f"{schema}.", f"{PLACEHOLDER}.")
        .replace(f"SCHEMA {schema};", f"SCHEMA {PLACEHOLDER};")
    )


def rows_sql(schema: str) -> str:
    """SQL that copies the template's rows and the states of its sequences into another schema."""
    quote = connection.ops.quote_name
    statements = []
    with as_owner(schema), connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, array_agg(a.attname::text order by a.attnum) from pg_class c"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''"
            " where c.relnamespace = %s::regnamespace and c.relkind = 'r' group by 1 order by 1",
            [schema],
        )
        for table, columns in cursor.fetchall():
            cursor.execute(f"select exists (select from {schema}.{quote(table)})")
            if cursor.fetchone()[0]:
                names = ", ".join(quote(column) for column in columns)
                statements.append(
                    f"INSERT INTO {PLACEHOLDER}.{quote(table)} ({names}) SELECT {names} FROM {schema}.{quote(table)};"
                )
        cursor.execute(
            "select sequencename from pg_sequences where schemaname = %s and last_value is not null", [schema]
        )
        for (sequence,) in cursor.fetchall():
            name = quote(sequence)
            statements.append(f"SELECT setval('{PLACEHOLDER}.{name}', last_value, is_called) FROM {schema}.{name};")
    return "\n".join(statements)
