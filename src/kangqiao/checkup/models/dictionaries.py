"""Public dictionaries of the check-up and its departments."""

from django.db import models

from kangqiao.checkup.enums import DepartmentKind
from kangqiao.core.models import DictionaryModel
from kangqiao.people.enums import Sex

SEX_LIMITS = [("", "不限"), (Sex.MALE.value, "男"), (Sex.FEMALE.value, "女")]


class CheckupKind(DictionaryModel):
    """Health, pre-employment, school... `forbids_hepatitis_b`: no HBV item may be offered (卫办政法发〔2011〕14号)."""

    forbids_hepatitis_b = models.BooleanField("禁止乙肝项目", default=False)

    class Meta:
        verbose_name = "体检类别"
        ordering = ["sort_no", "code"]


class PaymentKind(DictionaryModel):
    class Meta:
        verbose_name = "收费方式"
        ordering = ["sort_no", "code"]


class MeasurementUnit(DictionaryModel):
    ucum = models.CharField("UCUM 代码", max_length=40, blank=True)

    class Meta:
        verbose_name = "计量单位"
        ordering = ["sort_no", "code"]


class SpecimenKind(DictionaryModel):
    class Meta:
        verbose_name = "样本类型"
        ordering = ["sort_no", "code"]


class TubeKind(DictionaryModel):
    """`draw_order`: order of draw, so that additives are not carried over."""

    color_word = models.CharField("颜色", max_length=10)
    color = models.CharField("色值", max_length=9, default="#9aa5a1")
    additive = models.CharField("添加剂", max_length=60, blank=True)
    volume_ml = models.DecimalField("采血量(mL)", max_digits=5, decimal_places=1, null=True, blank=True)
    draw_order = models.PositiveSmallIntegerField("采血顺序", default=50)

    class Meta:
        verbose_name = "采血管类型"
        ordering = ["draw_order", "code"]


class CheckupDepartment(DictionaryModel):
    """The check-up profile of a department of the hospital."""

    department = models.ForeignKey(
        "organization.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="科室"
    )
    kind = models.CharField("类型", max_length=12, choices=DepartmentKind.choices, default=DepartmentKind.PHYSICAL)
    location = models.CharField("位置", max_length=60, blank=True)
    sort_guide = models.PositiveSmallIntegerField("导检顺序", default=100)
    sex_limit = models.CharField("性别限制", max_length=8, choices=SEX_LIMITS, blank=True)
    has_summary = models.BooleanField("有科室小结", default=True)
    normal_summary = models.CharField("正常小结", max_length=100, default="未见异常")
    guide_text = models.CharField("导检提示", max_length=200, blank=True)
    avg_minutes = models.PositiveSmallIntegerField("平均用时(分)", default=5)
    is_private = models.BooleanField("隐私", default=False)

    class Meta:
        verbose_name = "体检科室"
        ordering = ["sort_no", "code"]
