"""Conclusion terms with their advice, and the rules that lead to them."""

from django.db import models

from kangqiao.checkup.enums import AdviceRuleKind, Level, TermCategory
from kangqiao.checkup.models.dictionaries import SEX_LIMITS
from kangqiao.core.models import DictionaryModel


class ConclusionTerm(DictionaryModel):
    """A coded conclusion; carries the advice text (AdviceTemplate). `merge_into`: printed under that name."""

    department = models.ForeignKey(
        "checkup.CheckupDepartment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="科室"
    )
    level = models.CharField("级别", max_length=1, choices=Level.choices, default=Level.C)
    weight = models.PositiveSmallIntegerField("权重", default=0)
    category = models.CharField("分类", max_length=8, choices=TermCategory.choices, default=TermCategory.POSITIVE)
    sex_limit = models.CharField("性别限制", max_length=8, choices=SEX_LIMITS, blank=True)
    icd10 = models.CharField("ICD-10", max_length=12, blank=True)
    explanation = models.TextField("解释", blank=True)
    advice = models.TextField("建议", blank=True)
    recheck_days = models.PositiveSmallIntegerField("复查间隔(天)", null=True, blank=True)
    recheck_panels = models.ManyToManyField(
        "checkup.CheckupPanel", blank=True, related_name="+", verbose_name="复查组合"
    )
    is_disease = models.BooleanField("疾病", default=False)
    counts_in_statistics = models.BooleanField("计入统计", default=True)
    statistic_group = models.CharField("统计归类", max_length=40, blank=True)
    merge_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged_terms", verbose_name="归并到"
    )
    is_private = models.BooleanField("隐私", default=False)

    class Meta:
        verbose_name = "建议描述"
        ordering = ["sort_no", "code"]


class AdviceRule(DictionaryModel):
    """Condition tree over items, flags, terms, sex and age -> term; a composite that fires absorbs its components."""

    kind = models.CharField("类型", max_length=10, choices=AdviceRuleKind.choices, default=AdviceRuleKind.SINGLE)
    term = models.ForeignKey(ConclusionTerm, models.CASCADE, related_name="rules", verbose_name="结论词")
    expression = models.JSONField("条件", default=dict, blank=True)
    absorbs = models.JSONField("吸收的结论词", default=list, blank=True)
    priority = models.PositiveSmallIntegerField("优先级", default=100)
    stops = models.BooleanField("命中后停止", default=False)
    source = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = "自动诊断建议规则"
        ordering = ["priority", "code"]


class ImportantRule(DictionaryModel):
    """When a result is an A or B finding (重要异常结果专家共识 2019). Unverified rules are installed inactive."""

    level = models.CharField("级别", max_length=1, choices=[("A", "A 类"), ("B", "B 类")], default="A")
    expression = models.JSONField("条件", default=dict, blank=True)
    notify_within_minutes = models.PositiveIntegerField("告知时限(分)", default=120)
    source = models.CharField("依据", max_length=200, blank=True)
    verified_by = models.CharField("核对人", max_length=60, blank=True)

    class Meta:
        verbose_name = "重要异常规则"
        ordering = ["sort_no", "code"]
