"""Person: the master of a human being in one hospital, and its dictionaries."""

import uuid

from django.db import models
from django.db.models import Q

from kangqiao.core.models import BaseModel, BlindIndexField, DictionaryModel, EncryptedField
from kangqiao.people.enums import IdKind, Sex


class Ethnicity(DictionaryModel):
    """GB/T 3304 民族."""

    class Meta:
        verbose_name = "民族"
        ordering = ("sort_no", "code")


class MarriageStatus(DictionaryModel):
    """GB/T 2261.2 婚姻状况."""

    class Meta:
        verbose_name = "婚姻状况"
        ordering = ("sort_no", "code")


class Occupation(DictionaryModel):
    """GB/T 2261.4 从业状况."""

    class Meta:
        verbose_name = "职业"
        ordering = ("sort_no", "code")


class Person(BaseModel):
    """One human being. ID number and phone are encrypted and found only by exact value."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    archive_no = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    pinyin_initials = models.CharField(max_length=64, blank=True)
    pinyin_full = models.CharField(max_length=128, blank=True)
    id_kind = models.CharField(max_length=12, choices=IdKind.choices, default=IdKind.RESIDENT)
    id_number = EncryptedField(blank=True, default="")
    id_number_index = BlindIndexField(source="id_number")
    phone = EncryptedField(blank=True, default="")
    phone_index = BlindIndexField(source="phone")
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = models.DateField(null=True)
    marriage = models.CharField(max_length=4, blank=True)
    ethnicity = models.CharField(max_length=4, blank=True)
    occupation = models.CharField(max_length=60, blank=True)
    allergies = models.CharField(max_length=200, blank=True)
    photo_public_id = models.UUIDField(null=True)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "人员"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["pinyin_initials"], name="person_initials", opclasses=["text_pattern_ops"]),
            models.Index(fields=["pinyin_full"], name="person_pinyin", opclasses=["text_pattern_ops"]),
            models.Index(fields=["name"], name="person_name", opclasses=["text_pattern_ops"]),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["id_kind", "id_number_index"],
                condition=Q(is_active=True) & ~Q(id_number_index=""),
                name="person_id_number_once",
            ),
        )

    def __str__(self) -> str:
        return self.archive_no


class PersonMerge(BaseModel):
    """The trace of a merge: `moved` maps model labels to the ids of the rows that were re-pointed."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    moved = models.JSONField(default=dict)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "人员合并"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
