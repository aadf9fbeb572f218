"""Where one running stack lives: its checkout, its state directory, its ports, its secrets, its environment."""

import base64
import hashlib
import json
import os
import secrets
import shlex
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lib.progress import Failure

ROOT = Path(__file__).resolve().parents[2]
PORTS = {
    "web": 0,
    "websocket": 1,
    "sandbox": 2,
    "smtp": 3,
    "agent": 4,
    "postgres": 5,
    "redis": 6,
    "analyzer": 7,
}
LOOPBACK = "127.0.0.1"


def port_from(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdigit() or not 1024 <= int(text) <= 65500:
        raise Failure(f"{name}={text!r} is no port: give a number from 1024 to 65500.", 2)
    return int(text)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read; the mode is set before the content is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    temporary.replace(path)


@dataclass(frozen=True)
class House:
    """One stack. `durable=False` (tests) trades safety against a power cut for speed."""

    state: Path
    port: int
    setting: str = "KANGQIAO_PORT"
    durable: bool = True
    own_databases: bool = False

    @property
    def venv(self) -> Path:
        return ROOT / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.state / "log"

    @property
    def run(self) -> Path:
        return self.state / "run"

    def port_of(self, name: str) -> int:
        return self.port + PORTS[name]

    def address(self, host: str = "localhost") -> str:
        return f"http://{host}:{self.port_of('web')}"

    def given(self, name: str) -> str:
        """A service address from outside, unless this stack insists on its own databases."""
        return "" if self.own_databases else os.environ.get(name, "")

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Generated once, kept 0600 in the state directory."""
        path = self.state / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        fresh = {
            "secret_key": secrets.token_urlsafe(50),
            "master_key": base64.b64encode(secrets.token_bytes(32)).decode(),
            "superuser_password": secrets.token_urlsafe(24),
            "database_password": secrets.token_urlsafe(24),
            "redis_password": secrets.token_urlsafe(24),
        }
        if missing := fresh.keys() - known.keys():
            known |= {name: fresh[name] for name in missing}
            write_private(path, json.dumps(known, indent=1))
        return known

    @property
    def database_url(self) -> str:
        own = (
            f"postgresql://kangqiao:{self.secrets['database_password']}@{LOOPBACK}:{self.port_of('postgres')}/kangqiao"
        )
        return self.given("DATABASE_URL") or own

    @property
    def redis_url(self) -> str:
        own = f"redis://:{self.secrets['redis_password']}@{LOOPBACK}:{self.port_of('redis')}/0"
        return self.given("REDIS_URL") or own

    @property
    def settings(self) -> dict[str, str]:
        """What the product's processes read; a value from outside wins over a generated one."""
        own = {
            "KANGQIAO_PORT": str(self.port),
            "KANGQIAO_DEVELOPMENT": "1",
            "KANGQIAO_MEDIA_ROOT": str(self.state / "media"),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
        }
        for name in ("SECRET_KEY", "MASTER_KEY"):
            variable = f"KANGQIAO_{name}"
            if not os.environ.get(f"{variable}_FILE"):
                own[variable] = os.environ.get(variable) or self.secrets[name.lower()]
        return own

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.venv / 'bin'}:{os.environ.get('PATH', '/usr/bin:/bin')}"
        return {**os.environ, **self.settings, "PATH": path, "VIRTUAL_ENV": str(self.venv), "PYTHONUNBUFFERED": "1"}

    def write_environment(self) -> None:
        """`.local/env`: `set -a; . .local/env` gives a shell in which manage.py works."""
        lines = [f"{name}={shlex.quote(value)}" for name, value in sorted(self.settings.items())]
        write_private(self.state / "env", "\n".join(lines) + "\n")


def working_house() -> House:
    """The stack of `infra/up`, under `.local/`."""
    return House(state=ROOT / ".local", port=port_from("KANGQIAO_PORT", 8000))


def testing_house() -> House:
    """The stack of `infra/test`: its own cluster and ports beside a running one, never the developer's data."""
    port = port_from("KANGQIAO_TEST_PORT", port_from("KANGQIAO_PORT", 8000) + 200)
    return House(
        state=ROOT / ".local" / "test", port=port, setting="KANGQIAO_TEST_PORT", durable=False, own_databases=True
    )


def port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def digest(paths: list[Path], *extra: str) -> str:
    """One hash over the names and contents of files."""
    total = hashlib.sha256("\n".join(extra).encode())
    for path in sorted(paths):
        total.update(str(path).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def sources(folder: Path, skip: frozenset[str] = frozenset()) -> list[Path]:
    """Every file below a folder, without caches, bundles and installed packages."""
    ignored = skip | {"__pycache__", "node_modules", "dist", ".venv", ".mypy_cache", ".ruff_cache", ".vite"}
    found: list[Path] = []
    for directory, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if name not in ignored)
        found += [Path(directory) / name for name in files if not name.endswith(".pyc")]
    return found
