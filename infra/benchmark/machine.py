"""What the machine was doing while figures were taken, and CPU seconds of single processes (Linux)."""

import os
import platform
from pathlib import Path

import django
from django.db import connection

from tenants.scope import as_public

BUSY_PERCENT = 60.0
"""Above this share of stalled time (PSI, `some avg60`) ratios of wall time say little; CPU seconds still do."""


def load_average() -> list[float]:
    return [round(value, 2) for value in os.getloadavg()]


def cpu_pressure() -> float | None:
    """Percent of the last minute in which somebody waited for a processor; None where the kernel does not tell."""
    try:
        words = Path("/proc/pressure/cpu").read_text(encoding="ascii").split()
    except OSError:
        return None
    return next((float(word.partition("=")[2]) for word in words if word.startswith("avg60=")), None)


def process_seconds(pid: int) -> float:
    """CPU seconds of one process so far, to the nanosecond where the kernel counts them, else to the clock tick."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except (OSError, IndexError, ValueError):
        pass
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def description() -> dict[str, object]:
    """The machine and the versions, for the head of the table."""
    with as_public(), connection.cursor() as cursor:
        cursor.execute("show server_version")
        postgres = cursor.fetchone()[0].split()[0]
        cursor.execute("select name || '=' || setting from pg_settings where name in ('fsync', 'synchronous_commit')")
        durability = ", ".join(sorted(row[0] for row in cursor.fetchall()))
    return {
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "postgres": postgres,
        "durability": durability,
    }
