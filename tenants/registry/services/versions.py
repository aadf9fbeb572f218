"""The version of a hospital's tables: one hash over all migrations and seeds of the tenant apps."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from tenants.registry.services.seeds import registered_seeds

FORMAT = "1"
_digests: dict[tuple[str, int, int], str] = {}


def _digest(path: Path) -> str:
    """Hash of a file, remembered as long as the file keeps its size and time of change."""
    stat = path.stat()
    key = (str(path), stat.st_size, stat.st_mtime_ns)
    if key not in _digests:
        _digests[key] = hashlib.sha256(path.read_bytes()).hexdigest()
    return _digests[key]


def migration_files(app_labels: list[str]) -> list[tuple[str, Path]]:
    """The numbered migrations of these apps, wherever settings.MIGRATION_MODULES puts them."""
    found = []
    for label in sorted(app_labels):
        name, _explicit = MigrationLoader.migrations_module(label)
        spec = find_spec(name) if name else None
        for folder in (spec.submodule_search_locations or []) if spec else []:
            found += [(label, path) for path in sorted(Path(folder).glob("[0-9]*.py"))]
    return found


def tenant_app_labels() -> list[str]:
    return [config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS]


def shared_app_labels() -> list[str]:
    return [config.label for config in apps.get_app_configs() if config.name in settings.SHARED_APPS]


def hash_of_migrations(app_labels: list[str]) -> str:
    lines = [f"{label}/{path.name} {_digest(path)}" for label, path in migration_files(app_labels)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def tables_version() -> str:
    """Hash of the migrations of all tenant apps: what the ledger of a hospital is compared with."""
    return hash_of_migrations(tenant_app_labels())


def template_version() -> str:
    """Hash of the migrations and of the seeds: what the template is compared with."""
    seeds = [f"{seed.name} {seed.digest()}" for seed in registered_seeds()]
    return hashlib.sha256("\n".join([FORMAT, tables_version(), *seeds]).encode()).hexdigest()
