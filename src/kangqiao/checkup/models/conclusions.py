"""The conclusion of a check-up, its lines of advice, the way back, and the report."""

import uuid

from django.db import models

from kangqiao.checkup.enums import ConclusionStatus, Level, LineSource, ReportKind, ReportStatus
from kangqiao.core.models import BaseModel


class Conclusion(BaseModel):
    """Held by one doctor (`owner`) while open; generated text never overwrites what was edited by hand."""

    checkup = models.OneToOneField("checkup.Checkup", models.CASCADE, related_name="conclusion")
    status = models.CharField(max_length=10, choices=ConclusionStatus.choices, default=ConclusionStatus.OPEN)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.CharField(max_length=60, blank=True)
    claimed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    overview = models.TextField(blank=True)
    overview_edited = models.BooleanField(default=False)
    verdict = models.TextField(blank=True)
    generated_at = models.DateTimeField(null=True)
    results_at = models.DateTimeField(null=True)
    concluded_by_id = models.BigIntegerField(null=True)
    concluded_by_name = models.CharField(max_length=60, blank=True)
    concluded_at = models.DateTimeField(null=True)
    reviewed_by_id = models.BigIntegerField(null=True)
    reviewed_by_name = models.CharField(max_length=60, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "总检"

    def __str__(self) -> str:
        return f"{self.checkup_id} {self.status}"


class AdviceLine(BaseModel):
    """One conclusion with its advice. A line that a doctor takes away stays as `is_hidden` and is not generated again."""

    conclusion = models.ForeignKey(Conclusion, models.CASCADE, related_name="lines")
    term = models.ForeignKey("checkup.ConclusionTerm", models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120)
    advice = models.TextField(blank=True)
    level = models.CharField(max_length=1, choices=Level.choices, default=Level.C)
    sort_no = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=6, choices=LineSource.choices, default=LineSource.AUTO)
    evidence = models.JSONField(default=list, blank=True)
    merged_from = models.JSONField(default=list, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    recheck_days = models.PositiveSmallIntegerField(null=True)
    edited = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)

    class Meta:
        verbose_name = "建议"
        ordering = ["conclusion", "sort_no", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conclusion", "key"], condition=~models.Q(key=""), name="advice_line_key_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SendBack(BaseModel):
    """Who sent a check-up back to whom, and why."""

    checkup = models.ForeignKey("checkup.Checkup", models.CASCADE, related_name="send_backs")
    stage = models.CharField(
        max_length=12, choices=[("conclusion", "总检退回科室"), ("review", "审核退回总检"), ("unreview", "反审核")]
    )
    departments = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "退回"
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.reason[:40]


class CheckupReport(BaseModel):
    """One rendered version of the report; a version once released is never replaced, only voided."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    checkup = models.ForeignKey("checkup.Checkup", models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=10, choices=ReportKind.choices, default=ReportKind.PERSONAL)
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=ReportStatus.choices, default=ReportStatus.RENDERED)
    file_public_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    rendered_at = models.DateTimeField()
    rendered_by_id = models.BigIntegerField(null=True)
    rendered_by_name = models.CharField(max_length=60, blank=True)
    released_at = models.DateTimeField(null=True)
    released_by_name = models.CharField(max_length=60, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "体检报告"
        ordering = ["checkup", "kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["checkup", "kind", "version"], name="report_version_once")]

    def __str__(self) -> str:
        return f"{self.checkup_id} v{self.version}"
