"""Our own PostgreSQL cluster and Redis server, on loopback, with generated passwords."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from lib.house import LOOPBACK, House, write_private
from lib.packages import postgres_tool
from lib.processes import Service, account_options, read_record, start, wait_until_ready
from lib.progress import Failure, Progress, run

SYSTEM_ACCOUNT = "postgres"
# One provisioning touches every table of a schema in one transaction; see docs/adr on tenancy.
LOCKS_PER_TRANSACTION = 1024


def server_account() -> str:
    """PostgreSQL refuses to run as root; then Debian's account runs it."""
    return SYSTEM_ACCOUNT if os.geteuid() == 0 else ""


def cluster_folder(house: House) -> Path:
    """`<state>/pg`, or a folder under /var/tmp when the server's account cannot reach the checkout."""
    account = server_account()
    house.state.mkdir(parents=True, exist_ok=True)
    if account:
        reach = subprocess.run(["/usr/bin/test", "-x", str(house.state)], cwd="/", **account_options(account))
        if reach.returncode:
            key = hashlib.sha256(str(house.state).encode()).hexdigest()[:12]
            return Path("/var/tmp") / f"kangqiao-pg-{key}"  # noqa: S108 - the folder is 0700 and owned by the server
    return house.state / "pg"


def settings_text(house: House) -> str:
    lines = [
        f"listen_addresses = '{LOOPBACK}'",
        f"port = {house.port_of('postgres')}",
        "unix_socket_directories = ''",
        "password_encryption = scram-sha-256",
        "max_connections = 200",
        f"max_locks_per_transaction = {LOCKS_PER_TRANSACTION}",
        "shared_buffers = 128MB",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
        "jit = off",
    ]
    if not house.durable:
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
    return "\n".join(lines) + "\n"


def tool(name: str) -> str:
    path = postgres_tool(name)
    if path is None:
        raise Failure(f"PostgreSQL's {name} is missing: install the packages postgresql and postgresql-client", 2)
    return str(path)


def make_cluster(house: House, folder: Path) -> None:
    """initdb once. The superuser's password goes through a file that only the server's account can read."""
    account = server_account()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = folder.with_name(f"{folder.name}.password")
    write_private(password, house.secrets["superuser_password"])
    if account:
        shutil.chown(folder, account, account)
        shutil.chown(password, account, account)
    command = [tool("initdb"), "-D", str(folder), "-U", "postgres", "--auth=scram-sha-256", "--no-instructions"]
    options = ["--encoding=UTF8", "--locale=C.UTF-8", f"--pwfile={password}"] + ([] if house.durable else ["--no-sync"])
    try:
        run(
            [*command, *options],
            log=house.logs / "initdb.log",
            what="initdb",
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            **account_options(account),
        )
    finally:
        password.unlink(missing_ok=True)


def psql(house: House, sql: str, *, database: str = "postgres") -> str:
    """Run SQL as the cluster's superuser; the answer is its unaligned text."""
    command = [tool("psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", LOOPBACK]
    done = subprocess.run(
        [*command, "-p", str(house.port_of("postgres")), "-U", "postgres", "-d", database, "-f", "-"],
        input=sql,
        capture_output=True,
        text=True,
        env={"PATH": os.environ.get("PATH", ""), "PGPASSWORD": house.secrets["superuser_password"], "LANG": "C.UTF-8"},
    )
    if done.returncode:
        raise Failure(f"psql: {done.stderr.strip()}")
    return done.stdout.strip()


def postgres_service(house: House, folder: Path) -> Service:
    def problem() -> str:
        try:
            psql(house, "select 1")
        except Failure as failure:
            return str(failure)
        return ""

    return Service(
        name="postgres",
        command=[tool("postgres"), "-D", str(folder)],
        problem=problem,
        ports=("postgres",),
        user=server_account(),
        stop_signal=signal.SIGINT,
        knows_secrets=False,
    )


def ensure_log_in_role(house: House) -> None:
    """The role of DATABASE_URL: by itself it may nothing but make roles, and become the ones that it made."""
    password = house.secrets["database_password"]
    if psql(house, "select 1 from pg_roles where rolname = 'kangqiao'") != "1":
        psql(house, f"create role kangqiao login noinherit createrole createdb password '{password}'")
    if psql(house, "select 1 from pg_database where datname = 'kangqiao'") != "1":
        psql(house, "create database kangqiao owner kangqiao template template0 encoding 'UTF8' locale 'C.UTF-8'")


def start_postgres(house: House, progress: Progress) -> None:
    if house.given("DATABASE_URL") or read_record(house, "postgres"):
        return
    folder = cluster_folder(house)
    if not (folder / "PG_VERSION").exists():
        with progress.step("PostgreSQL: new cluster"):
            make_cluster(house, folder)
    (folder / "postgresql.auto.conf").write_text(settings_text(house), encoding="utf-8")
    with progress.step("PostgreSQL: start"):
        service = postgres_service(house, folder)
        wait_until_ready(house, service, start(house, service))
        ensure_log_in_role(house)


def redis_service(house: House, configuration: Path) -> Service:
    def problem() -> str:
        try:
            with socket.create_connection((LOOPBACK, house.port_of("redis")), timeout=1) as link:
                link.sendall(f"AUTH {house.secrets['redis_password']}\r\nPING\r\n".encode())
                reader = link.makefile("rb")
                answer = reader.readline() + reader.readline()
        except OSError as error:
            return str(error)
        return "" if b"PONG" in answer else answer.decode(errors="replace")

    return Service(
        name="redis",
        command=[shutil.which("redis-server") or "redis-server", str(configuration)],
        problem=problem,
        ports=("redis",),
        knows_secrets=False,
    )


def start_redis(house: House, progress: Progress) -> None:
    if house.given("REDIS_URL") or read_record(house, "redis"):
        return
    folder = house.state / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "redis.conf"
    lines = [
        f"bind {LOOPBACK}",
        f"port {house.port_of('redis')}",
        f'dir "{folder}"',
        f"requirepass {house.secrets['redis_password']}",
        "appendonly yes",
        f"appendfsync {'everysec' if house.durable else 'no'}",
        'save ""',
        "databases 32",
    ]
    write_private(configuration, "\n".join(lines) + "\n")
    with progress.step("Redis: start"):
        service = redis_service(house, configuration)
        wait_until_ready(house, service, start(house, service))


def start_databases(house: House, progress: Progress) -> None:
    start_postgres(house, progress)
    start_redis(house, progress)
