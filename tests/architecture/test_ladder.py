"""The contracts of `.importlinter` hold, and each of them is seen to break when it is violated."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# (file, line that breaks the contract, the contract's number)
PLANTED = (
    ("src/kangqiao/core/errors.py", "import kangqiao.accounts.models", "1."),
    ("src/kangqiao/people/selectors.py", "import kangqiao.people.services", "2."),
    ("tenants/errors.py", "import kangqiao.core.errors", "3."),
    ("src/kangqiao/people/services.py", "import aliyunsdkcore", "4."),
    ("src/kangqiao/checkup/rules/bmi.py", "import django.db", "5."),
    ("edge_agent/src/edge_agent/clock.py", "import django", "6."),
    ("src/kangqiao/people/selectors.py", "import django_tenants", "7."),
)


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    folders = [str(root / "src"), str(root), str(root / "edge_agent" / "src")]
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", str(root / ".importlinter")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        capture_output=True,
        text=True,
        check=False,
    )


def plant(root: Path, name: str, line: str) -> None:
    """Put the line at the end of a module; of its `__init__` where the room is a package."""
    path = root / name
    package = path.with_suffix("") / "__init__.py"
    target = path if path.exists() else package
    target.write_text(target.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")


def test_every_contract_breaks_when_it_is_violated(tmp_path: Path) -> None:
    without = shutil.ignore_patterns("__pycache__", "migrations")
    for folder in ("src", "tenants", "edge_agent"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=without)
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for name, line, _ in PLANTED:
        plant(tmp_path, name, line)
    answer = lint(tmp_path)
    assert answer.returncode != 0
    broken = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith("BROKEN")}
    assert broken == {number for _, _, number in PLANTED}, answer.stdout + answer.stderr
