"""Debian packages: find out what is missing, install it as root, name it to everybody else."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lib.house import House
from lib.progress import Failure, Progress, run

POSTGRES_HOMES = Path("/usr/lib/postgresql")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
POLICY = Path("/usr/sbin/policy-rc.d")
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/kangqiao.conf")


@dataclass(frozen=True)
class Need:
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def postgres_tool(name: str) -> Path | None:
    """The newest server's program: Debian keeps them outside of PATH."""
    versions = sorted(POSTGRES_HOMES.glob("*/bin/" + name), key=lambda path: int(path.parts[-3].split(".")[0]))
    if versions:
        return versions[-1]
    found = shutil.which(name)
    return Path(found) if found else None


def has_library(name: str) -> Callable[[], bool]:
    return lambda: find_library(name) is not None


def has_font(pattern: str) -> Callable[[], bool]:
    return lambda: any(next(folder.rglob(pattern), None) for folder in FONT_FOLDERS if folder.exists())


def needs(house: House, *, tests: bool = False, browser: bool = False) -> list[Need]:
    """What this stack needs from the machine; databases given from outside need no server here."""
    wanted = [
        Need(("python3-venv",), lambda: find_spec("ensurepip") is not None),
        Need(("libpango-1.0-0",), has_library("pango-1.0")),
        Need(("libpangoft2-1.0-0",), has_library("pangoft2-1.0")),
        Need(("libharfbuzz-subset0",), has_library("harfbuzz-subset")),
        Need(("fonts-wqy-microhei",), has_font("wqy-microhei*")),
        # The print font: the only free CJK family in Debian with a real bold.
        Need(("fonts-noto-cjk",), has_font("NotoSansCJK*")),
    ]
    if not house.given("DATABASE_URL"):
        servers = ("postgresql", "postgresql-client")
        wanted.append(Need(servers, lambda: bool(postgres_tool("initdb") and postgres_tool("psql"))))
    if not house.given("REDIS_URL"):
        wanted.append(Need(("redis-server",), lambda: shutil.which("redis-server") is not None))
    if tests:
        wanted.append(Need(("poppler-utils",), lambda: shutil.which("pdftoppm") is not None))
        wanted.append(Need(("iproute2",), lambda: shutil.which("ss") is not None))
    if browser:
        wanted.append(Need(("chromium",), lambda: bool(browser_path())))
    return wanted


def browser_path() -> str:
    given = os.environ.get("KANGQIAO_CHROMIUM", "")
    return given or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""


def ensure(house: House, progress: Progress, *, tests: bool = False, browser: bool = False) -> None:
    """Install what is missing as root; as another user name it and stop with exit code 2."""
    missing = [
        name for need in needs(house, tests=tests, browser=browser) if not need.is_there() for name in need.packages
    ]
    if not missing:
        return
    if os.geteuid() != 0:
        raise Failure(
            f"these packages are missing: sudo apt-get install --no-install-recommends {' '.join(missing)}", 2
        )
    if not shutil.which("apt-get"):
        raise Failure(f"no apt-get here. Install the equivalents of these Debian packages: {' '.join(missing)}", 2)
    with progress.step(f"apt: {' '.join(missing)}"), quiet_installation():
        install(house, missing)
    if still := [
        name for need in needs(house, tests=tests, browser=browser) if not need.is_there() for name in need.packages
    ]:
        raise Failure(f"apt installed {' '.join(still)}, but they cannot be found", 2)


def install(house: House, names: list[str]) -> None:
    log = house.logs / "apt.log"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    advice = "Is the network there, and are the sources in /etc/apt right?"
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    first = subprocess.run([*command, "--simulate"], capture_output=True, env=environment)
    if first.returncode or not any(Path("/var/lib/apt/lists").glob("*Packages*")):
        run(["apt-get", "update", "-q"], log=log, what="apt-get update", advice=advice, env=environment)
    try:
        run(command, log=log, what="apt-get install", env=environment)
    except Failure:
        # Package lists grow old: the mirror may have dropped the version that they name.
        run(["apt-get", "update", "-q"], log=log, what="apt-get update", advice=advice, env=environment)
        run(command, log=log, what="apt-get install", advice=advice, env=environment)


@contextlib.contextmanager
def quiet_installation() -> Iterator[None]:
    """Keep Debian from making its own cluster and from starting servers on their usual ports."""
    written = []
    if not POLICY.exists():
        POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        POLICY.chmod(0o755)
        written.append(POLICY)
    if not POSTGRES_HOMES.exists() and not NO_CLUSTER.exists():
        NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        NO_CLUSTER.write_text("create_main_cluster = false\n", encoding="utf-8")
        written.append(NO_CLUSTER)
    try:
        yield
    finally:
        for path in written:
            path.unlink(missing_ok=True)
