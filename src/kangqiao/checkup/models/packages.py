"""Packages: panels sold together."""

from django.db import models
from django.db.models import Q

from kangqiao.checkup.models.dictionaries import SEX_LIMITS
from kangqiao.core.models import BaseModel, DictionaryModel


class CheckupPackage(DictionaryModel):
    """The prices of its lines add up to `price` to the cent."""

    kind = models.ForeignKey("checkup.CheckupKind", models.PROTECT, related_name="packages", verbose_name="类型")
    sex_limit = models.CharField("性别限制", max_length=8, choices=SEX_LIMITS, blank=True)
    marriage = models.CharField("婚姻", max_length=4, blank=True)
    age_min = models.PositiveSmallIntegerField("最小年龄", null=True, blank=True)
    age_max = models.PositiveSmallIntegerField("最大年龄", null=True, blank=True)
    list_price = models.DecimalField("原价", max_digits=10, decimal_places=2, default=0)
    price = models.DecimalField("价格", max_digits=10, decimal_places=2, default=0)
    description = models.CharField("说明", max_length=300, blank=True)
    panels = models.ManyToManyField(
        "checkup.CheckupPanel", through="checkup.PackageLine", related_name="packages", verbose_name="组合"
    )

    class Meta:
        verbose_name = "体检套餐"
        ordering = ["sort_no", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0, list_price__gte=0), name="package_price_not_negative"),
            models.CheckConstraint(
                condition=Q(age_min__isnull=True) | Q(age_max__isnull=True) | Q(age_min__lte=models.F("age_max")),
                name="package_age_band",
            ),
        ]


class PackageLine(BaseModel):
    package = models.ForeignKey(CheckupPackage, models.CASCADE, related_name="lines", verbose_name="套餐")
    panel = models.ForeignKey("checkup.CheckupPanel", models.PROTECT, related_name="+", verbose_name="组合")
    price = models.DecimalField("价格", max_digits=10, decimal_places=2, default=0)
    sort_no = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = "套餐明细"
        ordering = ["package", "sort_no"]
        constraints = [models.UniqueConstraint(fields=["package", "panel"], name="package_panel_once")]

    def __str__(self) -> str:
        return f"{self.package_id} {self.panel_id}"
