"""`infra/bench`: makes a database and a hospital of its own, measures, prints, leaves nothing behind."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from infra.benchmark.own_database import own_database

DESCRIPTION = """Ratios inside one run: station worklist, save of a department's results and person search, each the product's whole
WSGI application against bare WSGI and bare psycopg with the same SQL; a new hospital against bare replay and plain migrations."""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(*, quick: bool) -> dict[str, Any]:
    """Everything, in the database that the settings name; it must be empty."""
    from django.db import connection  # noqa: PLC0415 (the settings are read now, after own_database)

    from infra.benchmark import cases, machine, provisioning  # noqa: PLC0415
    from infra.benchmark.hospital import provisioned  # noqa: PLC0415
    from tenants.registry.services import ensure_template, migrate_public  # noqa: PLC0415

    size = cases.QUICK if quick else cases.FULL
    begun = time.monotonic()
    migrate_public()
    ensure_template()
    before = machine.load_average(), machine.cpu_pressure()
    _say(f"{time.monotonic() - begun:5.0f} s  provisioning")
    made = provisioning.run(size.provisioning_rounds)
    _say(f"{time.monotonic() - begun:5.0f} s  filling a hospital with {size.persons} persons")
    rows, figures = cases.run(provisioned(), size, say=lambda text: _say(f"{time.monotonic() - begun:5.0f} s  {text}"))
    after = machine.load_average(), machine.cpu_pressure()
    described = machine.description()
    connection.close()
    connection.close_pool()
    return {
        "machine": {
            **described,
            "load_average": {"before": before[0], "after": after[0]},
            "cpu_pressure": {"before": before[1], "after": after[1]},
            "busy": max(before[1] or 0, after[1] or 0) > machine.BUSY_PERCENT,
        },
        "seconds": round(time.monotonic() - begun),
        "quick": quick,
        "rows": rows,
        "cases": figures,
        "provisioning": made,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="infra/bench", description=DESCRIPTION)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    parser.add_argument(
        "--quick", action="store_true", help="little data and few rounds: shows that it works, measures nothing"
    )
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kangqiao.config.settings")
    with own_database():
        import django  # noqa: PLC0415 (after own_database has named the database)

        django.setup()
        report = measure(quick=options.quick)
    from infra.benchmark.table import text_of  # noqa: PLC0415

    print(text_of(report))
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
