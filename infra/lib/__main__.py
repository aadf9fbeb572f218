"""`python3 -m lib <verb>`: one module a verb, found by name."""

import os
import sys
from importlib import import_module

from lib.progress import Failure

VERBS = {
    "up": "lib.up",
    "down": "lib.down",
    "test": "lib.check",
    "tour": "lib.tour_start",
    "bench": "lib.bench_start",
    "screens": "lib.screens_start",
}


def main() -> int:
    os.environ.pop("PYTHONPATH", None)
    verb, arguments = sys.argv[1], sys.argv[2:]
    try:
        return int(import_module(VERBS[verb]).main(arguments))
    except Failure as failure:
        print(f"\ninfra/{verb}: {failure}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print(f"\ninfra/{verb}: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
