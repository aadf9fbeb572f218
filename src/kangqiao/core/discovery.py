"""Filling the registries: the declaring rooms of every installed kangqiao app are imported once, at start."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from kangqiao.core.options import OPTIONS
from kangqiao.core.permissions import PERMISSIONS
from kangqiao.core.registry import Registry
from kangqiao.core.reports import REPORTS
from kangqiao.core.resources import RESOURCES

DECLARING: dict[str, Registry[Any]] = {
    "permissions": PERMISSIONS,
    "options": OPTIONS,
    "resources": RESOURCES,
    "reports": REPORTS,
}
LISTENING = ("subscribers", "tasks")


@cache
def discover() -> None:
    """Register every PERMISSIONS, OPTIONS, RESOURCES and REPORTS list, import subscribers and tasks, freeze the registries."""
    names = [
        app.name for app in apps.get_app_configs() if app.name.startswith("kangqiao.") and app.name != "kangqiao.core"
    ]
    for room, registry in DECLARING.items():
        for name in names:
            if find_spec(f"{name}.{room}"):
                for value in getattr(import_module(f"{name}.{room}"), room.upper(), ()):
                    registry.add(value)
        registry.freeze()
    for name in names:
        for room in LISTENING:
            if find_spec(f"{name}.{room}"):
                import_module(f"{name}.{room}")
