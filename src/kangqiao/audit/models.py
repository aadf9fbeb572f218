"""The audit trail of one hospital: append-only by database rights, sealed in a hash chain, verified by `manage.py verify_audit`."""

from django.db import models
from django.db.models import Func
from django.utils import timezone


class CurrentTransaction(Func):
    """The 64-bit id of the writing transaction; lets the sealer know which entries can no longer be joined by earlier ones."""

    template = "(pg_current_xact_id()::text::bigint)"
    arity = 0


class AuditEntry(models.Model):
    """Who did or saw what, when, from where, and whether it succeeded. `digest` is keyed: a changed row no longer fits it."""

    at = models.DateTimeField("时间", default=timezone.now)
    actor_kind = models.CharField("操作者类别", max_length=10)
    actor_id = models.BigIntegerField("操作者", null=True)
    actor_name = models.CharField("操作者姓名", max_length=60, blank=True, default="")
    ip = models.CharField("地址", max_length=45, blank=True, default="")
    action = models.CharField("动作", max_length=80)
    target_kind = models.CharField("对象类别", max_length=60, blank=True, default="")
    target_id = models.BigIntegerField("对象", null=True)
    target_text = models.CharField("对象名称", max_length=120, blank=True, default="")
    succeeded = models.BooleanField("成功", default=True)
    before = models.JSONField("改前", null=True)
    after = models.JSONField("改后", null=True)
    extra = models.JSONField("附加", default=dict)
    trace_id = models.CharField("追踪号", max_length=32, blank=True, default="")
    digest = models.CharField("摘要", max_length=64)
    txid = models.BigIntegerField(db_default=CurrentTransaction(), db_index=True)

    class Meta:
        verbose_name = "审计记录"
        indexes = [
            models.Index(fields=("-at",), name="audit_at"),
            models.Index(fields=("target_kind", "target_id", "-id"), name="audit_target"),
            models.Index(fields=("actor_id", "-id"), name="audit_actor"),
            models.Index(fields=("action", "-id"), name="audit_action"),
        ]


class AuditSeal(models.Model):
    """A link of the chain: covers every entry whose transaction id is in [`txid_from`, `txid_to`); no entry can join it later."""

    sealed_at = models.DateTimeField(default=timezone.now)
    txid_from = models.BigIntegerField()
    txid_to = models.BigIntegerField(unique=True)
    entries = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "审计封条"
