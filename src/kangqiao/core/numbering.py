"""Running numbers per hospital: gap-free, because the counter moves in the caller's transaction."""

from django.db import connection

from kangqiao.core.models import Counter


def next_number(name: str, period: str = "", count: int = 1) -> int:
    """Take `count` consecutive numbers and return the first (1 in a new period). Holds the counter's row until commit."""
    table = Counter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" (name, period, value) VALUES (%s, %s, %s) '  # noqa: S608 (our own table name)
            f'ON CONFLICT (name, period) DO UPDATE SET value = "{table}".value + EXCLUDED.value RETURNING value',
            [name, period, count],
        )
        return int(cursor.fetchone()[0]) - count + 1
