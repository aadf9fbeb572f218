"""States, flags and kinds of the check-up."""

from django.db.models import TextChoices


class CheckupStatus(TextChoices):
    BOOKED = "booked", "已预约"
    ENROLLED = "enrolled", "已登记"
    CHECKED_IN = "checked_in", "已签到"
    EXAMINING = "examining", "检查中"
    DEPARTMENTS_DONE = "departments_done", "分检完成"
    IN_CONCLUSION = "in_conclusion", "总检中"
    CONCLUDED = "concluded", "总检完成"
    REVIEWED = "reviewed", "审核通过"
    RELEASED = "released", "报告已出"
    NOTIFIED = "notified", "已通知"
    COLLECTED = "collected", "已领取"
    ARCHIVED = "archived", "已归档"
    CANCELLED = "cancelled", "已取消"
    VOID = "void", "已撤销登记"
    PAUSED = "paused", "已暂停"
    NO_SHOW = "no_show", "未到检"


class PanelStatus(TextChoices):
    PENDING = "pending", "待检"
    SAMPLED = "sampled", "已采样"
    RECEIVED = "received", "标本已接收"
    DONE = "done", "已检"
    VERIFIED = "verified", "已审核"
    DECLINED = "declined", "弃检"
    REFUSED = "refused", "拒检"
    POSTPONED = "postponed", "延期"
    REMOVED = "removed", "退项"


class VisitState(TextChoices):
    WAITING = "waiting", "候诊"
    CALLED = "called", "已呼叫"
    EXAMINING = "examining", "检查中"
    SKIPPED = "skipped", "过号"
    DONE = "done", "已完成"


class SpecimenStatus(TextChoices):
    PLANNED = "planned", "待采"
    COLLECTED = "collected", "已采"
    RECEIVED = "received", "已接收"
    REJECTED = "rejected", "已拒收"
    VOID = "void", "作废"


class SpecimenTiming(TextChoices):
    ORDINARY = "ordinary", "不限"
    FASTING = "fasting", "空腹"
    AFTER_MEAL = "after_meal", "餐后"


class ResultKind(TextChoices):
    NUMERIC = "numeric", "数值"
    TEXT = "text", "文字"
    CHOICE = "choice", "选项"


class ResultFlag(TextChoices):
    NORMAL = "N", "正常"
    HIGH = "H", "偏高"
    LOW = "L", "偏低"
    CRITICAL_HIGH = "HH", "危急偏高"
    CRITICAL_LOW = "LL", "危急偏低"
    POSITIVE = "POS", "阳性"
    ABNORMAL = "ABN", "异常"
    UNJUDGED = "", "未判定"


CRITICAL_FLAGS = frozenset({ResultFlag.CRITICAL_HIGH.value, ResultFlag.CRITICAL_LOW.value})
ABNORMAL_FLAGS = frozenset({"H", "L", "HH", "LL", "POS", "ABN"})


class ResultSource(TextChoices):
    MANUAL = "manual", "手工录入"
    INSTRUMENT = "instrument", "仪器"
    COMPUTED = "computed", "自动计算"
    IMPORTED = "imported", "导入"


class SummaryUse(TextChoices):
    ABNORMAL = "abnormal", "异常时进小结"
    ALWAYS = "always", "总是进小结"
    NEVER = "never", "不进小结"


class DepartmentKind(TextChoices):
    GENERAL = "general", "一般检查"
    PHYSICAL = "physical", "物理检查"
    LAB = "lab", "检验"
    FUNCTIONAL = "functional", "功能检查"
    IMAGING = "imaging", "影像"
    CONCLUSION = "conclusion", "总检"


class CheckupSource(TextChoices):
    INDIVIDUAL = "individual", "个人"
    CORPORATE = "corporate", "单位"


class Payer(TextChoices):
    INDIVIDUAL = "individual", "个人"
    CORPORATE = "corporate", "单位"


class PaymentStatus(TextChoices):
    UNPAID = "unpaid", "未收费"
    PARTLY = "partly", "部分收费"
    PAID = "paid", "已收费"
    ON_ACCOUNT = "on_account", "记账"
    REFUNDING = "refunding", "待退费"
    REFUNDED = "refunded", "已退费"


class Level(TextChoices):
    A = "A", "A 类：立即处理"
    B = "B", "B 类：尽快就诊"
    C = "C", "C 类：定期复查"
    D = "D", "D 类：留意"


class TermCategory(TextChoices):
    DISEASE = "disease", "疾病诊断"
    POSITIVE = "positive", "阳性结果"
    RISK = "risk", "风险因素"


class AdviceRuleKind(TextChoices):
    SINGLE = "single", "单项"
    COMPOSITE = "composite", "组合"
    MERGE = "merge", "合并"


class ConclusionStatus(TextChoices):
    OPEN = "open", "总检中"
    CONCLUDED = "concluded", "总检完成"
    REVIEWED = "reviewed", "审核通过"


class LineSource(TextChoices):
    AUTO = "auto", "自动生成"
    MANUAL = "manual", "手工添加"


class ReportKind(TextChoices):
    PERSONAL = "personal", "个人报告"
    PRIVATE = "private", "隐私报告"


class ReportStatus(TextChoices):
    RENDERED = "rendered", "已生成"
    RELEASED = "released", "已发布"
    VOID = "void", "已作废"


class NotifyHow(TextChoices):
    PHONE = "phone", "电话"
    FACE = "face", "当面"
    SMS = "sms", "短信"


class BpAverageMethod(TextChoices):
    CN2024 = "cn2024", "2024 指南：相差大于 10 测第三次"
    CN2018 = "cn2018", "2018 指南：相差大于 5 测第三次"
    DROP_FIRST = "drop_first", "去掉第一次取平均"
    LAST = "last", "取最后一次"
    MIN = "min", "取最低一次"
