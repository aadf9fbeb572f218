"""The check-up itself: one person, one time; its panels, department visits and tubes."""

import uuid

from django.db import models
from django.db.models import Q

from kangqiao.checkup.enums import (
    CheckupSource,
    CheckupStatus,
    PanelStatus,
    Payer,
    PaymentStatus,
    SpecimenStatus,
    SpecimenTiming,
    VisitState,
)
from kangqiao.core.models import BaseModel
from kangqiao.people.enums import Sex


class Checkup(BaseModel):
    """Aggregate root. Name, sex, birthday and age are kept as they were on the day."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    checkup_no = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="checkups")
    person_name = models.CharField(max_length=60)
    person_pinyin = models.CharField(max_length=64, blank=True)
    sex = models.CharField(max_length=8, choices=Sex.choices)
    birth_date = models.DateField(null=True)
    age = models.PositiveSmallIntegerField(null=True)
    kind = models.ForeignKey("checkup.CheckupKind", models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=CheckupSource.choices, default=CheckupSource.INDIVIDUAL)
    package = models.ForeignKey("checkup.CheckupPackage", models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=16, choices=CheckupStatus.choices, default=CheckupStatus.ENROLLED)
    payment_status = models.CharField(max_length=12, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID)
    is_urgent = models.BooleanField(default=False)
    queue_no = models.PositiveIntegerField(default=0)
    enrolled_on = models.DateField()
    enrolled_at = models.DateTimeField()
    enrolled_by_id = models.BigIntegerField(null=True)
    enrolled_by_name = models.CharField(max_length=60, blank=True)
    checked_in_at = models.DateTimeField(null=True)
    departments_done_at = models.DateTimeField(null=True)
    list_amount = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    amount = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    hbv_consent = models.BooleanField(default=False)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "体检"
        ordering = ["-enrolled_at", "-id"]
        indexes = [
            models.Index(fields=["enrolled_on", "-id"], name="checkup_day"),
            models.Index(fields=["status", "enrolled_on"], name="checkup_status_day"),
            models.Index(fields=["person", "-enrolled_on"], name="checkup_person_day"),
            models.Index(fields=["person_pinyin"], name="checkup_pinyin", opclasses=["text_pattern_ops"]),
        ]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="checkup_amount_not_negative")]

    def __str__(self) -> str:
        return self.checkup_no


class OrderedPanel(BaseModel):
    checkup = models.ForeignKey(Checkup, models.CASCADE, related_name="ordered_panels")
    panel = models.ForeignKey("checkup.CheckupPanel", models.PROTECT, related_name="+")
    department = models.ForeignKey("checkup.CheckupDepartment", models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    sort_no = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=PanelStatus.choices, default=PanelStatus.PENDING)
    specimen = models.ForeignKey("checkup.Specimen", models.SET_NULL, null=True, related_name="ordered_panels")
    list_price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    payer = models.CharField(max_length=12, choices=Payer.choices, default=Payer.INDIVIDUAL)
    is_paid = models.BooleanField(default=False)
    is_added = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    postponed_until = models.DateField(null=True)
    changed_by_name = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by_id = models.BigIntegerField(null=True)
    done_by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "登记的组合"
        ordering = ["checkup", "sort_no", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["checkup", "panel"], condition=~Q(status="removed"), name="ordered_panel_once"
            )
        ]
        indexes = [models.Index(fields=["department", "status"], name="ordered_panel_department")]

    def __str__(self) -> str:
        return self.name


class DepartmentVisit(BaseModel):
    """One check-up at one department: its place in the queue, who examines, and the draft of unsaved entries."""

    checkup = models.ForeignKey(Checkup, models.CASCADE, related_name="visits")
    department = models.ForeignKey("checkup.CheckupDepartment", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=VisitState.choices, default=VisitState.WAITING)
    is_queued = models.BooleanField(default=False)
    queued_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    doctor_id = models.BigIntegerField(null=True)
    doctor_name = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)
    draft = models.JSONField(default=dict, blank=True)
    draft_at = models.DateTimeField(null=True)
    draft_by_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "科室检查"
        ordering = ["department", "queued_at"]
        constraints = [models.UniqueConstraint(fields=["checkup", "department"], name="department_visit_once")]
        indexes = [
            models.Index(
                fields=["department", "queued_at"], name="visit_queue", condition=Q(is_queued=True) & ~Q(state="done")
            ),
            models.Index(fields=["department", "done_on", "-done_at"], name="visit_done"),
        ]

    def __str__(self) -> str:
        return f"{self.checkup_id} {self.department_id} {self.state}"


class Specimen(BaseModel):
    """One labelled tube or cup; fasting and after-meal tubes are never the same specimen."""

    checkup = models.ForeignKey(Checkup, models.CASCADE, related_name="specimens")
    barcode = models.CharField(max_length=24, unique=True)
    specimen_kind = models.ForeignKey("checkup.SpecimenKind", models.PROTECT, null=True, related_name="+")
    tube_kind = models.ForeignKey("checkup.TubeKind", models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("checkup.CheckupDepartment", models.PROTECT, related_name="+")
    timing = models.CharField(max_length=10, choices=SpecimenTiming.choices, default=SpecimenTiming.ORDINARY)
    label = models.CharField(max_length=120, blank=True)
    copies = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=SpecimenStatus.choices, default=SpecimenStatus.PLANNED)
    is_blood = models.BooleanField(default=True)
    recollect_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "样本"
        ordering = ["checkup", "id"]
        indexes = [models.Index(fields=["checkup", "status"], name="specimen_checkup")]

    def __str__(self) -> str:
        return self.barcode


class BloodDraw(BaseModel):
    """A tube was drawn: once per specimen, by constraint."""

    specimen = models.OneToOneField(Specimen, models.CASCADE, related_name="draw")
    checkup = models.ForeignKey(Checkup, models.CASCADE, related_name="draws")
    drawn_at = models.DateTimeField()
    drawn_by_id = models.BigIntegerField(null=True)
    drawn_by_name = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "抽血"
        ordering = ["-drawn_at"]

    def __str__(self) -> str:
        return f"{self.specimen_id} {self.drawn_at:%F %T}"
