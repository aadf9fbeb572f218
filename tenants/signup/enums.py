from django.db.models import TextChoices


class SignUpStatus(TextChoices):
    PENDING = "pending", "等待开通"
    RUNNING = "running", "开通中"
    DONE = "done", "已开通"
    FAILED = "failed", "开通失败"


LIVE = (SignUpStatus.PENDING, SignUpStatus.RUNNING)


class StepState(TextChoices):
    PENDING = "pending", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"


class Channel(TextChoices):
    PHONE = "phone", "短信"
    EMAIL = "email", "邮件"
