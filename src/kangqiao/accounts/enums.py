from django.db import models


class DataScope(models.TextChoices):
    OWN = "own", "本人"
    DEPARTMENT = "department", "本科室"
    HOSPITAL = "hospital", "本院"
    GROUP = "group", "集团"


class LogInOutcome(models.TextChoices):
    SUCCEEDED = "succeeded", "成功"
    WRONG_PASSWORD = "wrong_password", "用户名或密码不对"
    WRONG_CODE = "wrong_code", "动态口令不对"
    LOCKED = "locked", "已锁定"
    DISABLED = "disabled", "已停用"


class SessionEnd(models.TextChoices):
    LOGGED_OUT = "logged_out", "退出"
    IDLE = "idle", "长时间未操作"
    EXPIRED = "expired", "超过最长时间"
    ENDED = "ended", "被结束"
