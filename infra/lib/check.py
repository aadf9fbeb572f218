"""`infra/test`: every check and test, in order, each with its time; goes on after a failure and says all of them."""

import argparse
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lib import databases, frontend, packages, python_env
from lib.house import ROOT, House, testing_house
from lib.processes import records
from lib.progress import Failure, Progress
from lib.stack import bring_up, only_one, take_down

DESCRIPTION = """Runs all checks and tests: lint, types, ladder, drift, Python tests, front-end tests, browser journeys.
It uses databases and ports of its own (KANGQIAO_TEST_PORT, default KANGQIAO_PORT + 200), never those of infra/up.
Further arguments go to pytest, for example: infra/test --quick tests/kangqiao/checkup -k station"""
STRICT_ROOMS = ("rules", "selectors", "services")
PYTHON_FOLDERS = ("src", "tenants", "edge_agent", "infra", "tests", "manage.py")
OUTPUT_LINES = 120
SLOWEST = ("--durations=10", "--durations-min=5")


@dataclass(frozen=True)
class Result:
    title: str
    passed: bool
    seconds: float
    closing: str


@dataclass
class Runner:
    """Runs commands one after the other and remembers how each ended."""

    environment: dict[str, str]
    results: list[Result] = field(default_factory=list)

    def run(self, title: str, command: Sequence[object], *, cwd: Path = ROOT, live: bool = False) -> bool:
        """Show the output as it comes (`live`) or, when the command fails, its end."""
        print(f"\n── {title}", flush=True)
        begun = time.monotonic()
        last: deque[str] = deque(maxlen=OUTPUT_LINES)
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        for line in process.stdout or ():
            last.append(line.rstrip())
            if live:
                print(line, end="", flush=True)
        passed = process.wait() == 0
        if not passed and not live:
            print("\n".join(last))
        said = [line for line in last if line.strip()]
        self.results.append(Result(title, passed, time.monotonic() - begun, said[-1].strip(" =") if said else ""))
        print(f"   {'ok' if passed else 'FAILED'} in {self.results[-1].seconds:.1f} s", flush=True)
        return passed

    def skip(self, title: str, why: str) -> None:
        self.results.append(Result(title, False, 0.0, why))

    def summary(self, seconds: float) -> int:
        print("\n── Summary")
        for result in self.results:
            mark = "ok    " if result.passed else "FAILED"
            print(f"   {mark} {result.seconds:7.1f} s  {result.title:<22} {result.closing[:110]}")
        failed = [result.title for result in self.results if not result.passed]
        print(f"   {'all passed' if not failed else f'{len(failed)} failed'} in {seconds:.0f} s")
        return 1 if failed else 0


def strict_files() -> list[Path]:
    """The rooms that must be strictly typed: all of core, and rules, selectors, services of every app."""
    files = set((ROOT / "src" / "kangqiao" / "core").rglob("*.py"))
    for room in STRICT_ROOMS:
        for pattern in (f"*/{room}.py", f"*/{room}/**/*.py"):
            files |= set((ROOT / "src" / "kangqiao").glob(pattern)) | set((ROOT / "tenants").glob(pattern))
    return sorted(files)


def static_checks(runner: Runner, house: House) -> None:
    programs = house.venv / "bin"
    runner.run("ruff check", [programs / "ruff", "check", *PYTHON_FOLDERS])
    runner.run("ruff format", [programs / "ruff", "format", "--check", *PYTHON_FOLDERS])
    runner.run("mypy (strict rooms)", [programs / "mypy", *strict_files()])
    runner.run("ladder", [programs / "lint-imports", "--no-cache"])


def drift_checks(runner: Runner, house: House) -> None:
    """What is generated and committed must equal what the code would generate now."""
    manage = [house.python, ROOT / "manage.py"]
    runner.run("drift: migrations", [*manage, "makemigrations", "--check", "--dry-run"])
    runner.run("drift: OpenAPI", [*manage, "export_contract", "--check"])
    runner.run("drift: features.md", [house.python, "-m", "infra.lib.features", "--check"])


def frontend_checks(runner: Runner, node_folder: str) -> None:
    runner.environment = {**runner.environment, "PATH": f"{node_folder}:{runner.environment['PATH']}"}
    for title, script in (
        ("eslint, prettier", "lint"),
        ("vue-tsc", "typecheck"),
        ("drift: i18n", "check:i18n"),
        ("vitest", "test"),
    ):
        runner.run(title, ["npm", "run", "--silent", script], cwd=frontend.FRONTEND)


def python_tests(runner: Runner, house: House, arguments: list[str]) -> None:
    own_paths = any(
        not argument.startswith("-") and (ROOT / argument.split("::")[0]).exists() for argument in arguments
    )
    where = [] if own_paths else ["tests", "--ignore=tests/browser"]
    runner.run(
        "pytest",
        [house.python, "-m", "pytest", "-n", "2", "--dist", "worksteal", *SLOWEST, *where, *arguments],
        live=True,
    )


def browser_journeys(runner: Runner, house: House, progress: Progress) -> None:
    """Against a whole stack of our own, on the test ports, with the demo group of a fresh database."""
    title = "browser journeys"
    try:
        frontend.ensure(house, progress)
        bring_up(house, progress)
    except Failure as failure:
        print(failure)
        runner.skip(title, "its stack did not come up")
        return
    runner.environment = {
        **runner.environment,
        "KANGQIAO_STACK": str(house.state),
        "KANGQIAO_CHROMIUM": packages.browser_path(),
    }
    runner.run(title, [house.python, "-m", "pytest", "tests/browser"], live=True)


@contextmanager
def own_databases(house: House, progress: Progress) -> Iterator[None]:
    """The test cluster and Redis, started now and stopped after; leftovers of a killed run are stopped first."""
    take_down(house)
    try:
        databases.start_databases(house, progress)
        house.write_environment()
        yield
    finally:
        take_down(house)


def arguments_of(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="infra/test", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="leave the browser journeys out")
    return parser.parse_known_args(arguments)


def main(arguments: list[str]) -> int:
    options, for_pytest = arguments_of(arguments)
    house, progress = testing_house(), Progress()
    with only_one(house):
        packages.ensure(house, progress, tests=True, browser=not options.quick)
        python_env.ensure(house, progress)
        node_folder = frontend.ensure_node(house, progress)
        frontend.ensure_packages(house, progress, node_folder)
        sys.stdout.flush()
        with own_databases(house, progress):
            runner = Runner({**house.environment, "PYTEST_ADDOPTS": os.environ.get("PYTEST_ADDOPTS", "")})
            static_checks(runner, house)
            drift_checks(runner, house)
            python_tests(runner, house, for_pytest)
            frontend_checks(runner, node_folder)
            if not options.quick:
                browser_journeys(runner, house, progress)
        leftovers = [record.name for record in records(house)]
    if leftovers:
        raise Failure(f"these processes did not stop: {', '.join(leftovers)}")
    return runner.summary(progress.elapsed())
