"""Values of options that differ from their defaults."""

from django.db import models

from kangqiao.core.models import BaseModel


class OptionValue(BaseModel):
    """The value of one option for the hospital, one department (`scope_key` its id) or one workstation (its name)."""

    name = models.CharField("选项", max_length=80)
    scope = models.CharField("范围", max_length=12, default="hospital")
    scope_key = models.CharField("范围对象", max_length=64, default="", blank=True)
    value = models.JSONField("值")

    class Meta:
        verbose_name = "选项值"
        constraints = [models.UniqueConstraint(fields=("name", "scope", "scope_key"), name="option_value_once")]

    def __str__(self) -> str:
        return self.name
