"""Bases of the models, and the kernel's own tables: counters, outbox, idempotency keys."""

from django.db import models
from django.utils import timezone

from kangqiao.core.crypto import BlindIndexField, EncryptedField

__all__ = [
    "BaseModel",
    "BlindIndexField",
    "Counter",
    "DictionaryModel",
    "EncryptedField",
    "IdempotencyKey",
    "OutboxDelivery",
    "OutboxEvent",
]


class BaseModel(models.Model):
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        abstract = True


class DictionaryModel(BaseModel):
    """A row of a dictionary: retired, never deleted."""

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    pinyin = models.CharField("拼音", max_length=64, blank=True, default="", editable=False)
    sort_no = models.IntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        abstract = True
        ordering = ("sort_no", "code")

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """One running number per name and period, e.g. (`checkup_no`, `20261123`)."""

    name = models.CharField(max_length=40)
    period = models.CharField(max_length=16, default="")
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("name", "period"), name="counter_name_period")]


class OutboxEvent(models.Model):
    """An event written with the change that it tells of; delivered at least once to every subscriber."""

    name = models.CharField(max_length=80)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    available_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="", blank=True)
    trace_id = models.CharField(max_length=32, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=("available_at", "id"), name="outbox_due", condition=models.Q(delivered_at=None)),
        ]


class OutboxDelivery(models.Model):
    """Marks that one subscriber has handled one event, in the transaction of its effect."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=80)
    delivered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("event", "subscriber"), name="outbox_once")]


class IdempotencyKey(models.Model):
    """The first answer to a command, replayed when the same key comes again."""

    key = models.CharField(max_length=255)
    actor = models.CharField(max_length=40)
    route = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("key", "actor"), name="idempotency_key_actor")]
