"""Reading the shared dictionaries; works inside a hospital (its role may read them) and in the public schema."""

from dataclasses import dataclass

from tenants.dictionaries.models import DepartmentDict, RegionDict, SharedDictionary


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    name: str
    parent_code: str
    is_retired: bool


def _codes(model: type[SharedDictionary], include_retired: bool) -> list[Code]:
    rows = model._default_manager.all() if include_retired else model._default_manager.filter(retired_at__isnull=True)
    return [Code(row.code, row.name, row.parent_code, row.retired_at is not None) for row in rows]


def departments(*, include_retired: bool = False) -> list[Code]:
    """National department codes (医疗机构诊疗科目名录) in their own order."""
    return _codes(DepartmentDict, include_retired)


def regions(*, include_retired: bool = False) -> list[Code]:
    """Province-level region codes (GB/T 2260)."""
    return _codes(RegionDict, include_retired)


def department_name(code: str) -> str | None:
    """The name of a department code, retired or not; None when there is no such code."""
    return DepartmentDict.objects.filter(code=code).values_list("name", flat=True).first()


def is_department_in_use(code: str) -> bool:
    """Whether the code exists and may be chosen for a new mapping."""
    return DepartmentDict.objects.filter(code=code, retired_at__isnull=True).exists()
