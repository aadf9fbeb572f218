"""Edge agents, instruments, and what instruments sent: raw, byte for byte, and as parsed results."""

from django.db import models
from django.utils import timezone

from kangqiao.core.models import BaseModel, DictionaryModel
from kangqiao.instruments.enums import AgentStatus, MatchStatus, TransmissionKind, Transport


class EdgeAgent(BaseModel):
    """A machine in the hospital that speaks to instruments: known by its key, confirmed by a person who compared the fingerprint."""

    agent_id = models.CharField("编号", max_length=64, unique=True)
    name = models.CharField("名称", max_length=60)
    status = models.CharField("状态", max_length=8, choices=AgentStatus.choices, default=AgentStatus.PENDING)
    public_key = models.CharField(max_length=64)
    next_public_key = models.CharField(max_length=64, default="", blank=True)
    fingerprint = models.CharField("指纹", max_length=64)
    machine = models.JSONField("机器", default=dict)
    agent_version = models.CharField("版本", max_length=20, default="", blank=True)
    spool_id = models.CharField(max_length=32, default="", blank=True)
    last_seq = models.BigIntegerField(default=0)
    last_key = models.CharField(max_length=64, default="", blank=True)
    config_version = models.PositiveIntegerField("配置版本", default=1)
    running_config_version = models.PositiveIntegerField("运行中的配置版本", default=0)
    config_fault = models.CharField("配置问题", max_length=300, default="", blank=True)
    snapshot = models.JSONField("最近状态", default=dict)
    last_seen_at = models.DateTimeField("最近在线", null=True)
    confirmed_by = models.CharField("确认人", max_length=60, default="", blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = "前置机"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class EnrolmentCode(BaseModel):
    """A one-time code, kept as a hash; bound to an agent when it replaces a lost credential."""

    code_sha256 = models.CharField(max_length=64, unique=True)
    agent_name = models.CharField(max_length=60)
    agent = models.ForeignKey(EdgeAgent, null=True, on_delete=models.CASCADE, related_name="codes")
    created_by = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_public_key = models.CharField(max_length=64, default="", blank=True)


class Instrument(DictionaryModel):
    """A device at an agent; `code` is its id in the agent's configuration."""

    agent = models.ForeignKey(EdgeAgent, verbose_name="前置机", on_delete=models.PROTECT, related_name="instruments")
    driver = models.CharField("驱动", max_length=20, default="astm")
    charset = models.CharField("字符集", max_length=12, default="auto")
    transport = models.CharField("连接方式", max_length=12, choices=Transport.choices, default=Transport.TCP_SERVER)
    host = models.CharField("地址", max_length=60, default="", blank=True)
    port = models.PositiveIntegerField("端口", null=True, blank=True)
    serial_port = models.CharField("串口", max_length=60, default="", blank=True)
    usb = models.CharField("USB 标识", max_length=60, default="", blank=True)
    baud = models.PositiveIntegerField("波特率", default=9600)
    allowed_addresses = models.CharField("允许的来源地址", max_length=200, default="", blank=True)

    class Meta(DictionaryModel.Meta):
        verbose_name = "检验仪器"


class RawTransmission(models.Model):
    """What an instrument sent, byte for byte. Inserted once per (agent, key), never changed."""

    agent = models.ForeignKey(EdgeAgent, on_delete=models.PROTECT, related_name="transmissions")
    key = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    device = models.CharField("仪器", max_length=40)
    protocol = models.CharField(max_length=10)
    raw = models.BinaryField()
    charset = models.CharField(max_length=12)
    received_at = models.DateTimeField("前置机收到")
    stored_at = models.DateTimeField("入库", default=timezone.now)
    terminated = models.BooleanField(default=True)
    repeats = models.PositiveIntegerField(default=0)
    edge_time = models.JSONField(default=dict)
    hint = models.JSONField(default=dict)

    class Meta:
        verbose_name = "原始报文"
        constraints = [models.UniqueConstraint(fields=("agent", "key"), name="transmission_once")]
        indexes = [models.Index(fields=("-stored_at",), name="transmission_stored")]


class Interpretation(BaseModel):
    """How a transmission was read: its kind, or why it could not be read."""

    transmission = models.OneToOneField(RawTransmission, on_delete=models.PROTECT, related_name="interpretation")
    kind = models.CharField("类别", max_length=12, choices=TransmissionKind.choices)
    fault = models.CharField("问题", max_length=300, default="", blank=True)


class InstrumentResult(BaseModel):
    """One result line of an instrument, and where it went."""

    transmission = models.ForeignKey(RawTransmission, on_delete=models.PROTECT, related_name="results")
    line = models.PositiveIntegerField()
    device = models.CharField("仪器", max_length=40)
    barcode = models.CharField("条码", max_length=40, db_index=True)
    channel_code = models.CharField("通道号", max_length=40)
    value = models.CharField("结果", max_length=100)
    measurement_unit = models.CharField("单位", max_length=30, default="", blank=True)
    instrument_flag = models.CharField("仪器标志", max_length=20, default="", blank=True)
    measured_at = models.DateTimeField("检测时间", null=True)
    match_status = models.CharField("匹配", max_length=10, choices=MatchStatus.choices, default=MatchStatus.WAITING)
    reason = models.CharField("原因", max_length=200, default="", blank=True)
    item_result_id = models.BigIntegerField("体检结果", null=True)

    class Meta:
        verbose_name = "仪器结果"
        constraints = [models.UniqueConstraint(fields=("transmission", "line"), name="instrument_result_line")]
        indexes = [models.Index(fields=("match_status", "-id"), name="instrument_result_tray")]
