"""Bring one stack up step by step, look whether it is up, take it down."""

import contextlib
import fcntl
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from lib import databases, frontend, hospitals, packages, python_env, services
from lib.house import ROOT, House, digest, sources
from lib.processes import Record, Service, read_record, records, start, stop, wait_until_ready
from lib.progress import Failure, Progress

DATABASES = ("postgres", "redis")
SOURCE_FOLDERS = ("src", "tenants", "edge_agent", "infra/sandbox")


@contextlib.contextmanager
def only_one(house: House) -> Iterator[None]:
    """Two commands on one stack at a time would trip over each other."""
    try:
        house.run.mkdir(parents=True, exist_ok=True)
        lock_file = (house.run / "lock").open("w", encoding="utf-8")
    except PermissionError as error:
        raise Failure(
            f"{error.filename} belongs to another user: work as that user or in your own checkout.", 2
        ) from None
    with lock_file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure("another infra/up or infra/down is at work on this checkout: wait for it.") from None
        yield


def fingerprint(house: House) -> str:
    """Changes with everything that a running process has loaded: sources, built pages, packages, settings."""
    files = [path for name in SOURCE_FOLDERS for path in sources(ROOT / name)]
    files += sorted(ROOT.glob("frontend/apps/*/dist/index.html"))
    settings = [f"{name}={value}" for name, value in sorted(house.settings.items())]
    return digest([*files, ROOT / "manage.py", python_env.LOCK], *settings)


def product_services(house: House) -> list[Service]:
    return [
        services.sandbox(house),
        services.web(house),
        services.websocket(house),
        services.worker(house),
        services.slow_worker(house),
        services.scheduler(house),
    ]


def ensure_running(house: House, progress: Progress, wanted: list[Service], version: str) -> None:
    """Keep what runs this version and answers; start (again) the rest, all at once, then wait for each."""
    begun: list[tuple[Service, Record]] = []
    for service in wanted:
        record = read_record(house, service.name)
        if record and record.fingerprint == version and not service.problem():
            continue
        if record:
            progress.say(f"{service.name}: stopping, the sources changed or it does not answer")
            stop(house, record, service.stop_signal)
        begun.append((service, start(house, service, version)))
    for service, record in begun:
        with progress.step(f"{service.name}: start"):
            wait_until_ready(house, service, record)


def is_up(house: House) -> bool:
    """Every process of this very version is there and answers."""
    version = fingerprint(house)
    own = [name for name, url in zip(DATABASES, ("DATABASE_URL", "REDIS_URL"), strict=True) if not house.given(url)]
    if not all(read_record(house, name) for name in own):
        return False
    wanted = [*product_services(house), services.agent(house, hospitals.agent_home(house))]
    for service in wanted:
        record = read_record(house, service.name)
        if not record or record.fingerprint != version or service.problem():
            return False
    return True


def install(house: House, progress: Progress) -> None:
    """Everything that must be on the machine and in the checkout before a process can start."""
    packages.ensure(house, progress)
    with ThreadPoolExecutor() as side_by_side:
        for done in [side_by_side.submit(room.ensure, house, progress) for room in (python_env, frontend)]:
            done.result()


def bring_up(house: House, progress: Progress) -> None:
    """From whatever is there to a healthy stack; leaves nothing half started behind when a step fails."""
    before = {record.name for record in records(house)}
    try:
        databases.start_databases(house, progress)
        house.write_environment()
        version = fingerprint(house)
        hospitals.prepare(house, progress, version)
        ensure_running(house, progress, product_services(house), version)
        hospitals.enroll_demo_agent(house, progress)
        ensure_running(house, progress, [services.agent(house, hospitals.agent_home(house))], version)
    except BaseException:
        take_down(house, keep=before)
        raise


def take_down(house: House, keep: set[str] | frozenset[str] = frozenset()) -> list[str]:
    """Stop our processes side by side, then the databases that they used. Returns their names."""
    ours = [record for record in records(house) if record.name not in keep]
    users = [record for record in ours if record.name not in DATABASES]
    servers = [record for record in ours if record.name in DATABASES]
    with ThreadPoolExecutor(max_workers=max(1, len(users))) as side_by_side:
        list(side_by_side.map(lambda record: stop(house, record), users))
    for record in servers:
        stop(house, record, signal.SIGINT if record.name == "postgres" else signal.SIGTERM)
    return [record.name for record in (*users, *servers)]
