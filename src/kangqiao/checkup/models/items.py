"""Items, their ranges and canned findings, panels, and the mapping of instrument channels."""

from django.db import models
from django.db.models import Q

from kangqiao.checkup.enums import ResultKind, SpecimenTiming, SummaryUse
from kangqiao.checkup.models.dictionaries import SEX_LIMITS
from kangqiao.core.models import BaseModel, DictionaryModel


class CheckupItem(DictionaryModel):
    """The smallest thing that bears a result. `formula`: computed from other items' codes; `readings` > 1: averaged."""

    abbr = models.CharField("缩写", max_length=20, blank=True)
    department = models.ForeignKey(
        "checkup.CheckupDepartment", models.PROTECT, related_name="items", verbose_name="科室"
    )
    section = models.CharField("分节", max_length=40, blank=True)
    result_kind = models.CharField("结果类型", max_length=8, choices=ResultKind.choices, default=ResultKind.NUMERIC)
    unit = models.CharField("单位", max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField("小数位", default=1)
    readings = models.PositiveSmallIntegerField("读数次数", default=1)
    sex_limit = models.CharField("性别限制", max_length=8, choices=SEX_LIMITS, blank=True)
    valid_min = models.DecimalField("录入下限", max_digits=14, decimal_places=4, null=True, blank=True)
    valid_max = models.DecimalField("录入上限", max_digits=14, decimal_places=4, null=True, blank=True)
    summary_use = models.CharField("进小结", max_length=8, choices=SummaryUse.choices, default=SummaryUse.ABNORMAL)
    summary_shows_name = models.BooleanField("小结显示名称", default=True)
    summary_shows_value = models.BooleanField("小结显示数值", default=True)
    formula = models.CharField("公式", max_length=300, blank=True)
    default_value = models.CharField("默认结果", max_length=200, blank=True)
    prints_on_report = models.BooleanField("报告打印", default=True)
    is_private = models.BooleanField("隐私", default=False)
    is_trend = models.BooleanField("看趋势", default=False)
    loinc = models.CharField("LOINC", max_length=12, blank=True)

    class Meta:
        verbose_name = "体检项目"
        ordering = ["sort_no", "code"]


class ReferenceRange(BaseModel):
    """Normal limits of an item for a sex and an age band in days [min, max); empty bounds: any age. `effective_to` is exclusive."""

    item = models.ForeignKey(CheckupItem, models.CASCADE, related_name="ranges", verbose_name="项目")
    sex = models.CharField("性别", max_length=8, choices=SEX_LIMITS, blank=True)
    age_min_days = models.PositiveIntegerField("年龄下限(天)", null=True, blank=True)
    age_max_days = models.PositiveIntegerField("年龄上限(天,不含)", null=True, blank=True)
    condition = models.CharField("条件", max_length=20, blank=True)
    method = models.CharField("方法", max_length=40, blank=True)
    low = models.DecimalField("下限", max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField("上限", max_digits=14, decimal_places=4, null=True, blank=True)
    low_inclusive = models.BooleanField("含下限", default=True)
    high_inclusive = models.BooleanField("含上限", default=True)
    critical_low = models.DecimalField("危急低值", max_digits=14, decimal_places=4, null=True, blank=True)
    critical_high = models.DecimalField("危急高值", max_digits=14, decimal_places=4, null=True, blank=True)
    text_normal = models.CharField("正常文字", max_length=100, blank=True)
    positive_when = models.CharField(
        "阳性判断", max_length=2, blank=True, choices=[("", "不判"), ("gt", ">"), ("ge", "≥"), ("lt", "<"), ("le", "≤")]
    )
    cutoff = models.DecimalField("临界值", max_digits=14, decimal_places=4, null=True, blank=True)
    high_prompt = models.CharField("偏高提示", max_length=10, blank=True)
    low_prompt = models.CharField("偏低提示", max_length=10, blank=True)
    term_high = models.ForeignKey(
        "checkup.ConclusionTerm", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="偏高结论词"
    )
    term_low = models.ForeignKey(
        "checkup.ConclusionTerm", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="偏低结论词"
    )
    term_positive = models.ForeignKey(
        "checkup.ConclusionTerm", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="阳性结论词"
    )
    effective_from = models.DateField("生效日期", null=True, blank=True)
    effective_to = models.DateField("失效日期(不含)", null=True, blank=True)
    source = models.CharField("依据", max_length=120, blank=True)

    class Meta:
        verbose_name = "参考范围"
        ordering = ["item", "sex", "age_min_days"]
        constraints = [
            models.CheckConstraint(
                condition=Q(age_min_days__isnull=True)
                | Q(age_max_days__isnull=True)
                | Q(age_min_days__lt=models.F("age_max_days")),
                name="range_age_band",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=models.F("high")),
                name="range_low_high",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.low}–{self.high}"


class CommonFinding(DictionaryModel):
    """Canned finding text of one item; `mutex_group`: choosing one clears the others of its group."""

    item = models.ForeignKey(CheckupItem, models.CASCADE, related_name="findings", verbose_name="项目")
    text = models.CharField("结果文字", max_length=200)
    long_text = models.CharField("小结文字", max_length=500, blank=True)
    is_default = models.BooleanField("默认", default=False)
    is_abnormal = models.BooleanField("异常", default=False)
    severity = models.PositiveSmallIntegerField("严重程度", default=0)
    mutex_group = models.CharField("互斥组", max_length=20, blank=True)
    term = models.ForeignKey(
        "checkup.ConclusionTerm", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="结论词"
    )

    class Meta:
        verbose_name = "常见结果"
        ordering = ["item", "sort_no", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_default=True, is_active=True), name="finding_one_default_per_item"
            )
        ]

    def __str__(self) -> str:
        return self.text


class CheckupPanel(DictionaryModel):
    """What is ordered, priced and printed as one."""

    print_name = models.CharField("打印名称", max_length=80, blank=True)
    department = models.ForeignKey(
        "checkup.CheckupDepartment", models.PROTECT, related_name="panels", verbose_name="科室"
    )
    price = models.DecimalField("价格", max_digits=10, decimal_places=2, default=0)
    cost = models.DecimalField("成本", max_digits=10, decimal_places=2, default=0)
    is_discountable = models.BooleanField("可打折", default=True)
    sex_limit = models.CharField("性别限制", max_length=8, choices=SEX_LIMITS, blank=True)
    timing = models.CharField("时机", max_length=10, choices=SpecimenTiming.choices, default=SpecimenTiming.ORDINARY)
    needs_full_bladder = models.BooleanField("需憋尿", default=False)
    specimen_kind = models.ForeignKey(
        "checkup.SpecimenKind", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="样本"
    )
    tube_kind = models.ForeignKey(
        "checkup.TubeKind", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="采血管"
    )
    barcode_class = models.CharField("合管标识", max_length=20, blank=True)
    label_name = models.CharField("标签名称", max_length=30, blank=True)
    label_copies = models.PositiveSmallIntegerField("标签份数", default=1)
    guide_text = models.CharField("导检提示", max_length=200, blank=True)
    overlap_group = models.CharField("部位重复组", max_length=20, blank=True)
    is_private = models.BooleanField("隐私", default=False)
    is_hepatitis_b = models.BooleanField("乙肝项目", default=False)
    his_code = models.CharField("HIS 代码", max_length=40, blank=True)
    items = models.ManyToManyField(CheckupItem, through="checkup.PanelItem", related_name="panels", verbose_name="项目")

    class Meta:
        verbose_name = "项目组合"
        ordering = ["sort_no", "code"]
        constraints = [models.CheckConstraint(condition=Q(price__gte=0), name="panel_price_not_negative")]


class PanelItem(BaseModel):
    panel = models.ForeignKey(CheckupPanel, models.CASCADE, related_name="panel_items", verbose_name="组合")
    item = models.ForeignKey(CheckupItem, models.PROTECT, related_name="panel_items", verbose_name="项目")
    sort_no = models.PositiveSmallIntegerField("排序", default=0)
    is_required = models.BooleanField("必录", default=True)

    class Meta:
        verbose_name = "组合明细"
        ordering = ["panel", "sort_no"]
        constraints = [models.UniqueConstraint(fields=["panel", "item"], name="panel_item_once")]

    def __str__(self) -> str:
        return f"{self.panel_id} {self.item_id}"


class LabItemMapping(BaseModel):
    """An instrument's or LIS's channel -> our item. `interface` empty: any instrument; `factor` multiplies the number."""

    interface = models.CharField("仪器接口", max_length=40, blank=True)
    channel_code = models.CharField("通道号", max_length=40)
    channel_name = models.CharField("通道名称", max_length=80, blank=True)
    item = models.ForeignKey(CheckupItem, models.PROTECT, related_name="mappings", verbose_name="项目")
    factor = models.DecimalField("换算系数", max_digits=16, decimal_places=8, default=1)
    instrument_unit = models.CharField("仪器单位", max_length=20, blank=True)
    text_map = models.JSONField("文字对照", default=dict, blank=True)
    method = models.CharField("方法", max_length=40, blank=True)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "检验对照"
        ordering = ["interface", "channel_code"]
        constraints = [
            models.UniqueConstraint(fields=["interface", "channel_code"], name="mapping_channel_once"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="mapping_factor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.interface}:{self.channel_code}"
