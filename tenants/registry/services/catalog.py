"""Fingerprint of a schema from Postgres' own catalog: two schemas with equal fingerprints have equal tables."""

# ruff: noqa: S608 (identifiers cannot be parameters; each passes `checked` or `quote_name`)

from django.db import connection

from tenants.scope import as_owner

# A definition that was dumped and read again may differ in casts and brackets around text constants, never in meaning.
NOISE = r"::(character varying|text)(\(\d+\))?(\[\])?|[()\s]"

LINES = r"""
with s as (select oid, nspname from pg_namespace where nspname = %(schema)s),
lines as (
  select format('column %%s.%%s %%s %%s %%s %%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                a.attidentity, coalesce(pg_get_expr(d.adbin, d.adrelid), '')) as line
    from pg_class c join s on s.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relkind in ('r', 'p', 'v', 'm')
  union all
  select format('constraint %%s.%%s %%s', c.relname, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join pg_class c on c.oid = k.conrelid join s on s.oid = k.connamespace
  union all
  select format('index %%s', pg_get_indexdef(i.indexrelid))
    from pg_index i join pg_class c on c.oid = i.indrelid join s on s.oid = c.relnamespace
  union all
  select format('trigger %%s', pg_get_triggerdef(t.oid))
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join s on s.oid = c.relnamespace where not t.tgisinternal
  union all
  select format('function %%s(%%s) %%s', p.proname, pg_get_function_identity_arguments(p.oid), md5(p.prosrc))
    from pg_proc p join s on s.oid = p.pronamespace
  union all
  select format('%%s %%s', c.relkind, c.relname)
    from pg_class c join s on s.oid = c.relnamespace where c.relkind in ('S', 'r', 'v', 'm', 'p')
)
select regexp_replace(replace(line, s.nspname || '.', ''), %(noise)s, '', 'g') from lines, s
"""


def catalog_lines(schema: str) -> list[str]:
    """One line per column, constraint, index, trigger, function and sequence, free of the schema's name."""
    with as_owner(schema), connection.cursor() as cursor:
        cursor.execute(
            f'select line from ({LINES}) as l(line) order by line collate "C"', {"schema": schema, "noise": NOISE}
        )
        return [row[0] for row in cursor.fetchall()]


def fingerprint(schema: str) -> str:
    """32 hex digits."""
    with as_owner(schema), connection.cursor() as cursor:
        cursor.execute(
            f"select md5(coalesce(string_agg(line, chr(10) order by line collate \"C\"), '')) from ({LINES}) as l(line)",
            {"schema": schema, "noise": NOISE},
        )
        return str(cursor.fetchone()[0])
