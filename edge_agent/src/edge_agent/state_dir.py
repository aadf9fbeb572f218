"""The agent's folder and its lock: one running agent for one spool."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import platformdirs

from edge_agent.errors import EdgeError

if sys.platform == "win32":
    import msvcrt

    def _take(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def state_dir(given: str | None) -> Path:
    """`--state`, else the machine-wide place of the platform. Made with 0700."""
    path = Path(given) if given else Path(platformdirs.site_data_dir("kangqiao-edge", appauthor=False))
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise EdgeError(
            "state_dir", f"无法建立数据目录 {path}：{error.strerror}。请用管理员身份运行，或用 --state 指定目录。"
        ) from error
    return path


def lock(state: Path) -> IO[bytes]:
    """Held while the returned file is open. Raises EdgeError when another agent holds it."""
    handle = (state / "agent.lock").open("ab")
    try:
        _take(handle)
    except OSError as error:
        handle.close()
        raise EdgeError("already_running", f"数据目录 {state} 正被另一个前置机进程使用。") from error
    return handle
