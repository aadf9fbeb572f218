"""`infra/bench`: a fresh, durable database of its own, then `infra/benchmark` in the product's Python."""

import subprocess

from lib import databases, packages, python_env
from lib.house import ROOT, House, port_from
from lib.progress import Progress
from lib.stack import only_one, take_down


def benching_house() -> House:
    """Its own cluster with fsync on, as in production, beside those of infra/up and infra/test."""
    port = port_from("KANGQIAO_BENCH_PORT", port_from("KANGQIAO_PORT", 8000) + 300)
    return House(state=ROOT / ".local" / "bench", port=port, setting="KANGQIAO_BENCH_PORT", own_databases=True)


def main(arguments: list[str]) -> int:
    house, progress = benching_house(), Progress()
    with only_one(house):
        packages.ensure(house, progress)
        python_env.ensure(house, progress)
        try:
            databases.start_databases(house, progress)
            environment = {**house.environment, "PYTHONPATH": str(ROOT)}
            command = [str(house.python), "-m", "infra.benchmark", *arguments]
            return subprocess.run(command, env=environment, cwd=ROOT).returncode
        finally:
            take_down(house)
