"""Registries of values, filled once at start by `discover()` and frozen after it."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Generic, Protocol, TypeVar

from django.apps import apps


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """Values by name. A second value of one name, or any value after the start, is refused."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._values: dict[str, T] = {}
        self._frozen = False

    def add(self, value: T) -> None:
        if self._frozen:
            raise RuntimeError(f"{self.what} {value.name} declared after the start")
        if self._values.get(value.name, value) != value:
            raise RuntimeError(f"{self.what} {value.name} declared twice")
        self._values[value.name] = value

    def freeze(self) -> None:
        self._frozen = True

    def find(self, name: str) -> T | None:
        return self._values.get(name)

    def __getitem__(self, name: str) -> T:
        return self._values[name]

    def __iter__(self) -> Iterator[T]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)


ROOMS = ("permissions", "options", "resources", "reports", "subscribers", "tasks")
_discovered = False


def discover() -> None:
    """Import the declaring rooms of every installed kangqiao app and freeze the registries. Called once by `config`."""
    global _discovered
    if _discovered:
        return
    from kangqiao.core.options import OPTIONS
    from kangqiao.core.permissions import PERMISSIONS
    from kangqiao.core.reports import REPORTS
    from kangqiao.core.resources import RESOURCES

    lists = {"PERMISSIONS": PERMISSIONS, "OPTIONS": OPTIONS, "RESOURCES": RESOURCES, "REPORTS": REPORTS}
    for app in apps.get_app_configs():
        if not app.name.startswith("kangqiao."):
            continue
        for room in ROOMS:
            if app.name == "kangqiao.core" or find_spec(f"{app.name}.{room}") is None:
                continue
            module = import_module(f"{app.name}.{room}")
            for attribute, registry in lists.items():
                for value in vars(module).get(attribute, ()) if attribute.lower() == room else ():
                    registry.add(value)  # type: ignore[attr-defined]
    for registry in lists.values():
        registry.freeze()  # type: ignore[attr-defined]
    _discovered = True
