"""Options of the check-up (checkup.md 6)."""

from kangqiao.checkup.enums import BpAverageMethod
from kangqiao.core.options import Option

DESK, STATION, CONCLUSION, RULES = "体检登记", "诊台", "总检与报告", "自动计算"

OPTIONS = [
    Option("checkup.print_guide_on_enroll", bool, True, "个人体检登记之后立即打印导检单", group=DESK, feature="I-61"),
    Option("checkup.print_labels_on_enroll", bool, False, "个人体检登记之后立即打印条形码", group=DESK, feature="I-62"),
    Option(
        "checkup.enroll_list_own_today", bool, True, "登记列表中只显示当天自己登记的记录", group=DESK, feature="I-63"
    ),
    Option("checkup.pay_before_exam", bool, False, "未收费的组合不能采样和录入结果", group=DESK, feature="I-27"),
    Option("checkup.label_by_sex", bool, False, "体检条码标签分男女格式打印", group=DESK, feature="I-68"),
    Option(
        "checkup.own_department_only",
        bool,
        True,
        "单科医生诊台只允许保存、修改本科室的检查项目",
        group=STATION,
        feature="I-64",
    ),
    Option("checkup.photo_at_station", bool, True, "体检诊台显示待检人照片信息", group=STATION, feature="I-67"),
    Option("checkup.summary_skip_undone", bool, True, "未做检查的项目不要生成科室小结", group=STATION, feature="I-69"),
    Option(
        "checkup.summary_after_save_only", bool, True, "保存检查结果之前不要生成科室小结", group=STATION, feature="I-70"
    ),
    Option(
        "checkup.conclusion_only_complete",
        bool,
        True,
        "总检医生诊台只出现全部科室都已做完体检人员",
        group=CONCLUSION,
        feature="I-65",
    ),
    Option(
        "checkup.advice_without_department",
        bool,
        True,
        "自动生成的诊断建议不要加科室名称",
        group=CONCLUSION,
        feature="I-71",
    ),
    Option("checkup.two_person_review", bool, True, "总检与审核须由不同的人完成", group=CONCLUSION, feature="I-20"),
    Option("checkup.hbv_auto", bool, True, "乙肝五项自动识别判断", group=RULES, feature="I-74"),
    Option("checkup.bmi_auto", bool, True, "自动计算体重指数", group=RULES, feature="I-75"),
    Option("checkup.bmi_decimals", int, 1, "体重指数小数位", minimum=0, maximum=2, group=RULES, feature="I-75"),
    Option("checkup.bp_auto", bool, True, "自动计算血压", group=RULES, feature="I-76"),
    Option(
        "checkup.bp_average_method",
        str,
        BpAverageMethod.CN2024.value,
        "血压多次读数的取值方法",
        choices=tuple((method.value, str(method.label)) for method in BpAverageMethod),
        group=RULES,
        feature="I-76",
    ),
]
