"""Files and functions stay small enough to be read at once; nothing lies about that does not belong in the repository."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lib.house import sources

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 400
TEST_FILE_LINES = 500
FUNCTION_LINES = 40
CODE = {".py", ".ts", ".vue", ".css", ".js", ".mjs"}
GENERATED = re.compile(r"(^|/)migrations/|schema\.d\.ts$|\.lock$|package-lock\.json$|generated")
# Tables of values are long because the list is long, not because the thought is.
DATA = re.compile(r"/(seed|starter|data|demo)[^/]*(/|_[^/]*\.py$|\.py$)")
FORBIDDEN = {
    "unfinished work": re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|X" + r"XX)\b"),
    "a package registry's address": re.compile(
        r"https?://[^\s\"']*(pythonhosted|registry\.npm|pypi\.org/simple|npmmirror)"
    ),
    "a machine's path": re.compile(r"(?<![\w.])/(wo" + r"rk|root|home/\w+)/[\w./-]+"),
    "a private key": re.compile("BEGIN [A-Z ]*PRIVATE" + " KEY"),
    "a conflict marker": re.compile(r"^(<{7}|>{7}) ", re.MULTILINE),
}
TEXT = CODE | {".md", ".toml", ".json", ".txt", ".sh", ".html", ".yml", ".yaml", ".cfg", ".ini", ".tsv", ".lock", ""}


@cache
def files() -> list[Path]:
    """What is or would be committed; a copy without git is walked."""
    if not (shutil.which("git") and (ROOT / ".git").exists()):
        return sources(ROOT, skip=frozenset({".local", ".git", ".pytest_cache", ".hypothesis"}))
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in found if path.is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def long_functions(source: str, limit: int = FUNCTION_LINES) -> Iterator[tuple[str, int]]:
    """Functions whose code, without the docstring, has more than `limit` lines."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[0]
        has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
        length = (node.end_lineno or 0) - node.lineno + 1 - docstring
        if length > limit:
            yield node.name, length


def test_no_file_is_longer_than_400_lines() -> None:
    code = [path for path in files() if path.suffix in CODE and not GENERATED.search(name_of(path))]
    lengths = {
        name_of(path): path.read_text(encoding="utf-8").count("\n") for path in code if not DATA.search(str(path))
    }
    ceilings = {name: TEST_FILE_LINES if name.startswith("tests/") else FILE_LINES for name in lengths}
    assert {name: lines for name, lines in lengths.items() if lines > ceilings[name]} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    code = [path for path in files() if path.suffix == ".py" and not GENERATED.search(name_of(path))]
    found = {
        f"{name_of(path)}:{name}": lines
        for path in code
        if not name_of(path).startswith("tests/")
        for name, lines in long_functions(path.read_text(encoding="utf-8"))
    }
    assert found == {}


def test_a_planted_long_function_is_found() -> None:
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES))
    assert list(long_functions(f"def short():\n    x = 1\n\ndef long():\n{body}\n")) == [("long", FUNCTION_LINES + 1)]
    assert list(long_functions(f'def told():\n    """One.\n\n    Two."""\n{body[:-10]}\n')) == []


def test_nothing_forbidden_is_committed() -> None:
    found = []
    for path in files():
        if path.suffix not in TEXT or path == Path(__file__) or "spec/" in name_of(path):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name_of(path)}: {what}" for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []


def test_there_is_no_room_called_utils() -> None:
    assert [name_of(path) for path in files() if path.stem in {"utils", "helpers", "misc", "common"}] == []
