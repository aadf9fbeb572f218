"""Results of items, what they replaced, and the summary of a department."""

from django.db import models

from kangqiao.checkup.enums import ABNORMAL_FLAGS, Level, NotifyHow, ResultFlag, ResultSource
from kangqiao.core.models import BaseModel


class ItemResult(BaseModel):
    """The current value of one item, with the range it was judged by. `version` grows with every change."""

    checkup = models.ForeignKey("checkup.Checkup", models.CASCADE, related_name="results")
    ordered_panel = models.ForeignKey("checkup.OrderedPanel", models.CASCADE, related_name="results")
    item = models.ForeignKey("checkup.CheckupItem", models.PROTECT, related_name="+")
    department = models.ForeignKey("checkup.CheckupDepartment", models.PROTECT, related_name="+")
    value = models.CharField(max_length=500, blank=True)
    numeric = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    readings = models.JSONField(default=list, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    flag = models.CharField(max_length=3, choices=ResultFlag.choices, blank=True)
    prompt = models.CharField(max_length=10, blank=True)
    class_text = models.CharField(max_length=120, blank=True)
    range_low = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    range_high = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    range_text = models.CharField(max_length=100, blank=True)
    finding = models.ForeignKey("checkup.CommonFinding", models.SET_NULL, null=True, related_name="+")
    term_code = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=10, choices=ResultSource.choices, default=ResultSource.MANUAL)
    instrument = models.CharField(max_length=60, blank=True)
    entered_by_id = models.BigIntegerField(null=True)
    entered_by_name = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "检查结果"
        ordering = ["checkup", "ordered_panel", "id"]
        constraints = [models.UniqueConstraint(fields=["checkup", "item"], name="item_result_once")]
        indexes = [models.Index(fields=["item", "entered_at"], name="item_result_item_time")]

    def __str__(self) -> str:
        return f"{self.item_id}={self.value}"

    @property
    def is_abnormal(self) -> bool:
        return self.flag in ABNORMAL_FLAGS


class SupersededResult(BaseModel):
    """A value that was replaced: re-run of the analyzer, correction by hand."""

    result = models.ForeignKey(ItemResult, models.CASCADE, related_name="superseded")
    value = models.CharField(max_length=500, blank=True)
    flag = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=10, choices=ResultSource.choices)
    instrument = models.CharField(max_length=60, blank=True)
    entered_by_name = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField()
    version = models.PositiveIntegerField()
    replaced_by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "被替换的结果"
        ordering = ["result", "-version"]
        constraints = [models.UniqueConstraint(fields=["result", "version"], name="superseded_version_once")]

    def __str__(self) -> str:
        return f"{self.result_id} v{self.version} {self.value}"


class DepartmentSummary(BaseModel):
    """`auto_text` follows the results; `final_text` is what counts and is never overwritten once edited by hand."""

    checkup = models.ForeignKey("checkup.Checkup", models.CASCADE, related_name="summaries")
    department = models.ForeignKey("checkup.CheckupDepartment", models.PROTECT, related_name="+")
    auto_text = models.TextField(blank=True)
    final_text = models.TextField(blank=True)
    private_text = models.TextField(blank=True)
    edited = models.BooleanField(default=False)
    stale = models.BooleanField(default=False)
    generated_at = models.DateTimeField()
    doctor_id = models.BigIntegerField(null=True)
    doctor_name = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "科室小结"
        ordering = ["checkup", "department"]
        constraints = [models.UniqueConstraint(fields=["checkup", "department"], name="department_summary_once")]

    def __str__(self) -> str:
        return self.final_text[:40]


class ImportantFinding(BaseModel):
    """An A or B finding and the record that the person was told."""

    checkup = models.ForeignKey("checkup.Checkup", models.CASCADE, related_name="important_findings")
    result = models.ForeignKey(ItemResult, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=60)
    level = models.CharField(max_length=1, choices=Level.choices)
    name = models.CharField(max_length=100)
    evidence = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    notified_by_name = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=6, choices=NotifyHow.choices, blank=True)
    told = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "重要异常"
        ordering = ["checkup", "level", "found_at"]
        constraints = [models.UniqueConstraint(fields=["checkup", "key"], name="important_finding_once")]

    def __str__(self) -> str:
        return f"{self.level} {self.name}"
