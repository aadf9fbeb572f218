"""Keeping the shared dictionaries: seed, retire, restore. Nothing here deletes a row."""

from django.utils import timezone

from tenants.dictionaries.data import DEPARTMENTS, REGIONS
from tenants.dictionaries.models import DepartmentDict, RegionDict, SharedDictionary
from tenants.scope import as_public


def _department_rows() -> list[tuple[str, str, str]]:
    rows = []
    for code, (name, professions) in DEPARTMENTS.items():
        rows.append((code, name, ""))
        rows += [(f"{code}.{number:02d}", child, code) for number, child in enumerate(professions, 1)]
    return rows


def _seed(model: type[SharedDictionary], rows: list[tuple[str, str, str]]) -> None:
    objects = [
        model(code=code, name=name, parent_code=parent, sort_no=number * 10)
        for number, (code, name, parent) in enumerate(rows, 1)
    ]
    model._default_manager.bulk_create(
        objects, update_conflicts=True, unique_fields=["code"], update_fields=["name", "parent_code", "sort_no"]
    )


def seed() -> None:
    """Write the national codes. Idempotent; keeps what was retired."""
    with as_public():
        _seed(DepartmentDict, _department_rows())
        _seed(RegionDict, [(code, name, "") for code, name in REGIONS.items()])


def retire(model: type[SharedDictionary], code: str) -> bool:
    """Take a code out of use; hospitals that refer to it still find its name. False if there is no such code in use."""
    with as_public():
        return bool(model._default_manager.filter(code=code, retired_at__isnull=True).update(retired_at=timezone.now()))


def restore(model: type[SharedDictionary], code: str) -> bool:
    """Put a retired code back into use."""
    with as_public():
        return bool(model._default_manager.filter(code=code, retired_at__isnull=False).update(retired_at=None))
