from django.db.models import TextChoices


class HospitalStatus(TextChoices):
    PROVISIONING = "provisioning", "开通中"
    ACTIVE = "active", "使用中"
    SUSPENDED = "suspended", "已暂停"


class KeyPurpose(TextChoices):
    DATA = "data", "数据密钥"
    INDEX = "index", "盲索引密钥"


class PreparedState(TextChoices):
    READY = "ready", "待分配"
    ASSIGNED = "assigned", "已分配"


class MigrationState(TextChoices):
    RUNNING = "running", "迁移中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
