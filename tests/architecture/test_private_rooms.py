"""From another app only the open rooms are imported: selectors, services, events, enums, errors, permissions, options, rules, ports."""

from functools import cache

import grimp
import pytest

PRIVATE = {"models", "schemas", "api", "tasks", "resources", "reports", "subscribers"}
# The kernel offers its rooms to everybody; config is where everything is put together.
OPEN_APPS = ("kangqiao.core", "kangqiao.config")


@cache
def import_graph() -> grimp.ImportGraph:
    return grimp.build_graph("kangqiao", "tenants", exclude_type_checking_imports=True, cache_dir=None)


def app_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def leaks(graph: grimp.ImportGraph) -> list[tuple[str, str]]:
    """Imports of another app's private room, as (importer, imported)."""
    private = [
        module
        for module in graph.modules
        if len(parts := module.split(".")) > 2 and parts[2] in PRIVATE and app_of(module) not in OPEN_APPS
    ]
    return sorted(
        (importer, module)
        for module in private
        for importer in graph.find_modules_that_directly_import(module)
        if app_of(importer) not in (app_of(module), "kangqiao.config")
    )


def test_no_app_imports_a_private_room_of_another() -> None:
    assert leaks(import_graph()) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("kangqiao.people.services", "kangqiao.checkup.models"),
        ("kangqiao.checkup.selectors", "kangqiao.people.models"),
        ("kangqiao.checkup.services.enrollment", "kangqiao.accounts.schemas"),
    ],
)
def test_a_planted_import_of_a_private_room_is_found(importer: str, imported: str) -> None:
    graph = grimp.ImportGraph()
    for module in (importer, imported):
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported)
    assert leaks(graph) == [(importer, imported)]
