"""The hospital's own structure: institutions (campuses), departments, employees."""

from django.db import models

from kangqiao.core.models import DictionaryModel
from kangqiao.organization.enums import EmployeeKind


class Institution(DictionaryModel):
    """A campus of the hospital, or a partner institution; a tree by region."""

    region_code = models.CharField("地区代码", max_length=12, default="", blank=True)
    parent = models.ForeignKey("self", verbose_name="上级机构", null=True, blank=True, on_delete=models.PROTECT)
    address = models.CharField("地址", max_length=200, default="", blank=True)
    phone = models.CharField("电话", max_length=40, default="", blank=True)

    class Meta(DictionaryModel.Meta):
        verbose_name = "医疗机构"


class Department(DictionaryModel):
    """A department of this hospital; `dict_code` maps it to the national dictionary, by which groups add up."""

    institution = models.ForeignKey(
        Institution, verbose_name="院区", null=True, blank=True, on_delete=models.PROTECT, related_name="departments"
    )
    parent = models.ForeignKey("self", verbose_name="上级科室", null=True, blank=True, on_delete=models.PROTECT)
    dict_code = models.CharField("诊疗科目代码", max_length=12, default="", blank=True)
    location = models.CharField("位置", max_length=100, default="", blank=True)
    phone = models.CharField("电话", max_length=40, default="", blank=True)
    introduction = models.TextField("介绍", default="", blank=True)
    is_bookable = models.BooleanField("可预约", default=False)
    is_featured = models.BooleanField("热门科室", default=False)

    class Meta(DictionaryModel.Meta):
        verbose_name = "科室"


class Employee(DictionaryModel):
    """A working person, with or without a log-in; `code` is the staff number."""

    kind = models.CharField("类别", max_length=12, choices=EmployeeKind.choices, default=EmployeeKind.OTHER)
    title = models.CharField("职称", max_length=40, default="", blank=True)
    departments = models.ManyToManyField(Department, verbose_name="科室", related_name="employees", blank=True)
    staff_user = models.OneToOneField(
        "accounts.StaffUser",
        verbose_name="用户",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="employee",
    )

    class Meta(DictionaryModel.Meta):
        verbose_name = "员工"
