"""National codes that all hospitals share. Hospitals refer to them by code; rows are retired, never deleted."""

from django.db import models


class SharedDictionary(models.Model):
    """A row of a national code list."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    parent_code = models.CharField(max_length=12, blank=True, db_index=True)
    sort_no = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["sort_no", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DepartmentDict(SharedDictionary):
    """医疗机构诊疗科目名录 (卫医发〔1994〕第27号 with 疼痛科 of 2007 and 重症医学科 of 2009)."""


class RegionDict(SharedDictionary):
    """Province-level codes of GB/T 2260."""
