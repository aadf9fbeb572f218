from django.db import models


class AgentStatus(models.TextChoices):
    PENDING = "pending", "待确认"
    ACTIVE = "active", "启用"
    REVOKED = "revoked", "已吊销"


class TransmissionKind(models.TextChoices):
    RESULT = "result", "结果"
    QUALITY_CONTROL = "qc", "质控"
    QUERY = "query", "查询"
    OTHER = "other", "其他"
    UNREADABLE = "unreadable", "无法解读"


class MatchStatus(models.TextChoices):
    WAITING = "waiting", "待匹配"
    MATCHED = "matched", "已匹配"
    UNMATCHED = "unmatched", "未匹配"
    DISMISSED = "dismissed", "已忽略"
    QUALITY_CONTROL = "qc", "质控"


class Transport(models.TextChoices):
    TCP_SERVER = "tcp_server", "仪器连过来（TCP 监听）"
    TCP_CLIENT = "tcp_client", "连到仪器（TCP 拨出）"
    SERIAL = "serial", "串口"
