"""Staff log-ins of one hospital: users, roles, sessions, the log-in log."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from kangqiao.accounts.enums import DataScope, LogInOutcome, SessionEnd
from kangqiao.core.models import BaseModel, BlindIndexField, DictionaryModel, EncryptedField


class Role(DictionaryModel):
    """A bundle of permissions. The three administrator roles of 等保三级 exclude each other (`services.check_roles`)."""

    permissions = ArrayField(models.CharField(max_length=80), verbose_name="权限", default=list, blank=True)
    data_scope = models.CharField("数据范围", max_length=12, choices=DataScope.choices, default=DataScope.HOSPITAL)
    is_built_in = models.BooleanField("内置", default=False, editable=False)

    class Meta(DictionaryModel.Meta):
        verbose_name = "角色"


class StaffUser(BaseModel):
    """A person's log-in to this hospital, with what the check-up desks need to know of the user (体检用户)."""

    username = models.CharField("用户名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=64, blank=True, default="", editable=False)
    password = models.CharField(max_length=128, editable=False)
    password_changed_at = models.DateTimeField(null=True, editable=False)
    must_change_password = models.BooleanField("下次登录须改密码", default=True)
    previous_passwords = ArrayField(models.CharField(max_length=128), default=list, editable=False)
    totp_secret = EncryptedField(default="", editable=False)
    totp_confirmed_at = models.DateTimeField(null=True, editable=False)
    totp_last_step = models.BigIntegerField(default=0, editable=False)
    phone = EncryptedField("手机", default="", blank=True)
    phone_index = BlindIndexField(source="phone")
    email = models.EmailField("邮箱", default="", blank=True)
    title = models.CharField("职称", max_length=40, default="", blank=True)
    signature = models.UUIDField("签名图片", null=True, blank=True)
    discount_limit = models.DecimalField(
        "最低折扣",
        max_digits=4,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(Decimal("0.00")), MaxValueValidator(Decimal("1.00"))],
        help_text="1.00 不能打折，0.90 最低打九折",
    )
    roles = models.ManyToManyField(Role, verbose_name="角色", related_name="users", blank=True)
    departments = models.ManyToManyField(
        "organization.Department", verbose_name="科室", related_name="staff", blank=True
    )
    group_user_id = models.BigIntegerField(null=True, editable=False)
    is_active = models.BooleanField("启用", default=True)
    last_seen_at = models.DateTimeField("最近使用", null=True, editable=False)

    class Meta:
        verbose_name = "用户"
        ordering = ("username",)

    def __str__(self) -> str:
        return f"{self.name}（{self.username}）"


class StaffSession(BaseModel):
    """One log-in of one browser. The cookie holds the id and a secret whose hash is kept here, in the hospital's own schema."""

    user = models.ForeignKey(StaffUser, on_delete=models.CASCADE, related_name="sessions")
    secret_sha256 = models.CharField(max_length=64)
    ip = models.CharField("地址", max_length=45, default="")
    browser = models.CharField("浏览器", max_length=200, default="")
    last_seen_at = models.DateTimeField("最近使用", default=timezone.now)
    ended_at = models.DateTimeField("结束", null=True)
    ended_by = models.CharField("结束原因", max_length=12, choices=SessionEnd.choices, default="", blank=True)

    class Meta:
        verbose_name = "会话"
        indexes = [models.Index(fields=("user", "-last_seen_at"), name="session_user")]


class LogInAttempt(models.Model):
    """The log-in log: each try with its outcome. Also the memory of the lock-out."""

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    username = models.CharField("用户名", max_length=40)
    user = models.ForeignKey(StaffUser, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField("结果", max_length=16, choices=LogInOutcome.choices)
    ip = models.CharField("地址", max_length=45, default="")
    browser = models.CharField("浏览器", max_length=200, default="")

    class Meta:
        verbose_name = "登录记录"
        indexes = [models.Index(fields=("username", "-at"), name="attempt_username")]


class EntryToken(models.Model):
    """A one-time hand-over into this hospital: after sign-up, or when a group's staff switch hospitals."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(StaffUser, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
