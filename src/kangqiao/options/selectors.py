"""Reading options: services read them once at the top and pass plain values on."""

from typing import Any

from kangqiao.core.options import OPTIONS
from kangqiao.options.models import OptionValue

PRIORITY = {"hospital": 0, "department": 1, "workstation": 2}


def get(name: str, *, department_id: int | None = None, workstation: str = "") -> Any:
    """The value of one option, the narrowest scope first: workstation, department, hospital, default."""
    return get_many(name, department_id=department_id, workstation=workstation)[name]


def get_many(*names: str, department_id: int | None = None, workstation: str = "") -> dict[str, Any]:
    """Several options in one query."""
    keys = {"hospital": "", "department": str(department_id or ""), "workstation": workstation}
    values = {name: (-1, OPTIONS[name].default) for name in names}
    for row in OptionValue.objects.filter(name__in=names).values("name", "scope", "scope_key", "value"):
        rank = PRIORITY[row["scope"]]
        meant = row["scope_key"] == keys[row["scope"]] and (row["scope"] == "hospital" or row["scope_key"])
        if meant and rank > values[row["name"]][0]:
            values[row["name"]] = (rank, OPTIONS[row["name"]].parse(row["value"]))
    return {name: value for name, (_, value) in values.items()}
