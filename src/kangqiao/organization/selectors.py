"""Reading the hospital's structure."""

from kangqiao.organization.models import Department


def department_ids(names: tuple[str, ...] | None = None) -> list[int]:
    """Ids of the active departments, or of those with the given names."""
    rows = Department.objects.filter(is_active=True)
    return list((rows if names is None else rows.filter(name__in=names)).values_list("pk", flat=True))


def has_mapped_departments() -> bool:
    """Whether any department carries a national code."""
    return Department.objects.exclude(dict_code="").exists()
