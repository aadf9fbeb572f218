from typing import Any

from django.db import models

from kangqiao.core.errors import Invalid
from kangqiao.core.resources import Field, Resource
from kangqiao.organization.models import Department, Employee, Institution
from tenants.dictionaries.selectors import is_department_in_use


def known_dict_code(values: dict[str, Any], _row: models.Model | None) -> dict[str, Any]:
    """`dict_code` must be an active code of the shared department dictionary."""
    code = values.get("dict_code") or ""
    if code and not is_department_in_use(code):
        raise Invalid.field("dict_code", f"诊疗科目名录里没有 {code}，请从名录中选择")
    return values


GROUP = "机构"
RESOURCES = [
    Resource(
        name="institutions",
        context="organization",
        title="医疗机构",
        group=GROUP,
        model=Institution,
        permission="organization.structure",
        feature="II-37",
        fields=(
            "code",
            "name",
            "region_code",
            Field(name="parent", resource="institutions"),
            "address",
            "phone",
            "sort_no",
        ),
    ),
    Resource(
        name="departments",
        context="organization",
        title="科室",
        group=GROUP,
        model=Department,
        permission="organization.structure",
        feature="P-03",
        clean=known_dict_code,
        fields=(
            "code",
            "name",
            Field(name="institution", resource="institutions"),
            Field(name="parent", resource="departments"),
            Field(name="dict_code", help="国家诊疗科目代码，集团按它汇总"),
            "location",
            "phone",
            "introduction",
            "is_bookable",
            "is_featured",
            "sort_no",
        ),
        filters=("is_bookable",),
    ),
    Resource(
        name="employees",
        context="organization",
        title="员工",
        group=GROUP,
        model=Employee,
        permission="organization.structure",
        feature="II-38",
        fields=("code", "name", "kind", "title", Field(name="departments", resource="departments"), "sort_no"),
        filters=("kind",),
    ),
]
