"""The virtual environment: made from the hashed lock, kept until the lock changes."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from lib.house import ROOT, House, digest
from lib.progress import Failure, Progress, run

LOCK = ROOT / "infra" / "requirements.lock"
IMPORT_FOLDERS = (ROOT / "src", ROOT, ROOT / "edge_agent" / "src")


def require_python() -> None:
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        found = ".".join(map(str, sys.version_info[:3]))
        raise Failure(f"Python 3.11, 3.12 or 3.13 is needed; python3 is {found}. Put another python3 first in PATH.", 2)


def site_packages(venv: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(venv), "platbase": str(venv)}))


def link_sources(venv: Path) -> None:
    """Make kangqiao, tenants and edge_agent importable from the checkout, wherever it lies."""
    text = "".join(f"{folder}\n" for folder in IMPORT_FOLDERS)
    path = site_packages(venv) / "kangqiao-checkout.pth"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def works(python: Path) -> bool:
    """False for an environment that was copied from elsewhere or whose Python is gone."""
    if not python.exists():
        return False
    return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0


def ensure(house: House, progress: Progress) -> None:
    """Install exactly what the lock names; nothing at all when that was done before."""
    require_python()
    stamp = house.venv / ".kangqiao-lock"
    wanted = digest([LOCK], str(ROOT), sys.version)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    log = house.logs / "pip.log"
    if not works(house.python):
        with progress.step("Python: virtual environment"):
            shutil.rmtree(house.venv, ignore_errors=True)
            run([sys.executable, "-m", "venv", house.venv], log=log, what="python3 -m venv")
    advice = "Does pip reach its package index (pip config list)?"
    with progress.step("Python: packages of the lock"):
        install = [house.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        run([*install, "--require-hashes", "-r", LOCK], log=log, what="pip install", advice=advice)
    link_sources(house.venv)
    stamp.write_text(wanted, encoding="utf-8")
