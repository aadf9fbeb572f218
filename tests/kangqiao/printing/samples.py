"""Documents of an invented person, as callers would hand them over."""

from kangqiao.printing.ports import (
    CheckupReportDocument,
    ConclusionEntry,
    DepartmentSection,
    GuideLine,
    GuideSheetDocument,
    HistoryValue,
    ImportantFinding,
    LabelDocument,
    PersonIdentity,
    PrintedSex,
    ResultMark,
    ResultRow,
    SkippedItem,
    VisitTiming,
)

PERSON = PersonIdentity(
    name="何志远",
    sex=PrintedSex.MALE,
    age_text="46 岁",
    birthday="1980-03-14",
    profile_no="TJ0048213",
    client_name="临江水务集团",
)
H, L, A = ResultMark.HIGH, ResultMark.LOW, ResultMark.ABNORMAL


def number_row(name, value, unit="", reference="", *, low=None, high=None, past=(), mark=None):
    """A numeric row; marks are derived from the range so that samples cannot contradict themselves."""

    def mark_of(number):
        if high is not None and number > high:
            return H
        return L if low is not None and number < low else ResultMark.NORMAL

    return ResultRow(
        name=name,
        value=f"{value}",
        number=float(value),
        unit=unit,
        reference=reference,
        low=low,
        high=high,
        mark=mark or mark_of(float(value)),
        history=tuple(
            None if v is None else HistoryValue(text=f"{v}", number=float(v), mark=mark_of(float(v))) for v in past
        ),
    )


def conclusions():
    return (
        ConclusionEntry(
            severity="A",
            name="血小板明显减少",
            evidence=(("血小板 28 ×10⁹/L", ResultMark.CRITICAL_LOW),),
            meaning="血小板负责止血，太少容易出血。抽血时标本凝集也会假性偏低，要先复核。",
            advice="今天到血液科就诊，复查血常规和涂片。避免磕碰，暂不用阿司匹林。",
            recheck="立即",
        ),
        ConclusionEntry(
            severity="C",
            name="血压升高",
            note="本次达 1 级水平",
            evidence=(("141/89 mmHg", H),),
            meaning="三次读数的平均值偏高。一次偏高不等于高血压，紧张、没睡好也会升高。",
            advice="另选 3 天，安静坐 5 分钟后再测。3 天都 ≥140/90，请看心血管内科。少盐，每天不超过 5 克。",
            recheck="2 周内",
        ),
        ConclusionEntry(
            severity="B",
            name="心尖部收缩期杂音",
            note="2/6 级",
            evidence=(("内科听诊", A),),
            meaning="心跳声里有轻微杂音，往年没有。多数不影响生活，要看一眼心脏结构才能放心。",
            advice="预约一次心脏彩超。出现胸闷、气短或晕厥，请立即就医。",
            recheck="1 月内",
        ),
        ConclusionEntry(
            severity="C",
            name="血脂边缘升高",
            note="胆固醇、甘油三酯",
            evidence=(("LDL-C 3.72 mmol/L", H),),
            meaning="“坏胆固醇”略高，久了会在血管壁上积存。现在靠饮食和运动多半能降下来。",
            advice="少吃肥肉、动物内脏和油炸食品；每周快走 5 天，每天 30 分钟；戒烟。",
            recheck="3 月后",
        ),
        ConclusionEntry(
            severity="D",
            name="轻度脂肪肝",
            note="伴转肽酶略高",
            evidence=(("GGT 64 U/L", H),),
            meaning="肝里存了一些脂肪，与体重和饮酒有关，可以逆转。",
            advice="不饮酒；半年减重 4–5 公斤。",
            recheck="6 月后",
        ),
        ConclusionEntry(
            severity="D",
            name="超重，腰围超标",
            evidence=(("BMI 26.8", H), ("腰围 91 cm", H)),
            meaning="腰腹脂肪偏多，是前面几项的共同原因。",
            advice="目标：体重 72 公斤以下（BMI <24），腰围 <90 cm。先定半年 76 公斤。",
            recheck="6 月后",
        ),
    )


def departments():
    return (
        DepartmentSection(
            name="一般检查",
            examined_by="顾婷",
            reviewed_by="周文渊",
            examined_on="2026-11-23",
            summary="体重指数 26.8 kg/m² ↑（参考 18.5–23.9）；腰围 91 cm ↑（参考 <90）",
            rows=(
                number_row("身高", 173.2, "cm", past=(173.2, 173.4, 173.3)),
                number_row("体重", 80.4, "kg", past=(78.6, 76.9, 75.0)),
                number_row("体重指数", 26.8, "kg/m²", "18.5–23.9", low=18.5, high=23.9, past=(26.2, 25.6, 25.0)),
                number_row("腰围", 91, "cm", "<90", high=89.9, past=(90, 88, 86)),
            ),
        ),
        DepartmentSection(
            name="内科",
            examined_by="周文渊",
            reviewed_by="钱立言",
            examined_on="2026-11-23",
            summary="收缩压 141 mmHg ↑（参考 90–139）；心尖部收缩期 2/6 级杂音",
            rows=(
                number_row("收缩压（3 次均值）", 141, "mmHg", "90–139", low=90, high=139, past=(134, 130, 126)),
                number_row("舒张压（3 次均值）", 89, "mmHg", "60–89", low=60, high=89, past=(86, 84, 80)),
                number_row("心率", 78, "次/分", "60–100", low=60, high=100, past=(76, 74, 75)),
                ResultRow(
                    name="听诊", value="心律齐，心尖部收缩期 2/6 级杂音；双肺呼吸音清；腹平软，肝脾未触及。", mark=A
                ),
            ),
        ),
        DepartmentSection(
            name="血常规",
            examined_by="方岩",
            reviewed_by="秦越",
            examined_on="2026-11-23",
            summary="血小板 28 ×10⁹/L ↓↓（参考 125–350）；中性粒细胞百分比 38.5 % ↓（参考 40–75）",
            rows=(
                number_row("白细胞", 6.2, "10⁹/L", "3.5–9.5", low=3.5, high=9.5, past=(5.9, 6.4, 6.1)),
                number_row("红细胞", 4.96, "10¹²/L", "4.30–5.80", low=4.3, high=5.8, past=(5.02, 4.98, 4.94)),
                number_row("血红蛋白", 152, "g/L", "130–175", low=130, high=175, past=(154, None, 150)),
                number_row(
                    "血小板",
                    28,
                    "10⁹/L",
                    "125–350",
                    low=125,
                    high=350,
                    past=(232, 219, 224),
                    mark=ResultMark.CRITICAL_LOW,
                ),
                number_row("中性粒细胞百分比", 38.5, "%", "40–75", low=40, high=75, past=(55.1, 52.0, 50.7)),
            ),
        ),
        DepartmentSection(
            name="尿常规",
            examined_by="方岩",
            reviewed_by="秦越",
            examined_on="2026-11-23",
            summary="尿蛋白 弱阳性（±）",
            rows=(
                number_row("比重", 1.015, "", "1.003–1.030", low=1.003, high=1.03, past=(1.02, 1.018, 1.01)),
                ResultRow(
                    name="尿蛋白", value="±", reference="阴性", mark=A, history=(HistoryValue(text="阴性"), None, None)
                ),
                ResultRow(name="尿糖", value="阴性", reference="阴性"),
            ),
        ),
        DepartmentSection(
            name="超声检查",
            examined_by="何佳",
            reviewed_by="何佳",
            examined_on="2026-11-23",
            summary="轻度脂肪肝",
            rows=(
                ResultRow(
                    name="腹部彩超", value="肝实质回声轻度增强，提示轻度脂肪肝；胆、胰、脾、双肾未见异常。", mark=A
                ),
                ResultRow(name="颈动脉彩超", value="双侧颈动脉内膜光滑，未见斑块。"),
            ),
        ),
    )


def report(**changes):
    values = {
        "hospital_name": "临江医院体检中心",
        "checkup_no": "202611230018",
        "person": PERSON,
        "checkup_date": "2026 年 11 月 23 日",
        "report_date": "2026-11-25",
        "package_name": "中年男性精选套餐，加 3 项",
        "conclusions": conclusions(),
        "departments": departments(),
        "conclusion_doctor": "沈嘉树",
        "review_doctor": "罗文清",
        "important": (
            ImportantFinding(
                severity="A",
                text="血小板明显减少",
                evidence="血小板 28 ×10⁹/L（参考 125–350）",
                notified="2026-11-23 10:42 罗文清电话告知本人",
            ),
        ),
        "skipped": (SkippedItem(name="碳 13 呼气试验", state="弃检", reason="本人签字放弃"),),
        "history_labels": ("2025", "2024", "2023"),
        "phone": "027-5550-0120",
    }
    return CheckupReportDocument(**{**values, **changes})


def big_report(items=200):
    """`items` numeric results in sections of 25, twenty long conclusions and one very long finding."""
    rows = [
        number_row(
            f"检验项目{i:03d}", round(3 + i % 7 + 0.25, 2), "mmol/L", "4.0–8.0", low=4, high=8, past=(5.1, None, 6.2)
        )
        for i in range(1, items + 1)
    ]
    sections = tuple(
        DepartmentSection(
            name=f"检验{n // 25 + 1}", rows=tuple(rows[n : n + 25]), examined_by="方岩", reviewed_by="秦越"
        )
        for n in range(0, items, 25)
    )
    finding = DepartmentSection(
        name="影像",
        rows=(ResultRow(name="胸部 CT", value="双肺纹理清晰，未见实性结节。" * 150 + "影像所见到此为止。"),),
    )
    long_entries = tuple(
        ConclusionEntry(
            severity="ABCD"[i % 4],
            name=f"结论{i:02d}",
            evidence=(("证据若干", A),),
            advice="请按医嘱复查，保持良好的生活方式。" * (3 + 12 * (i % 5)),
            recheck="3 月后",
        )
        for i in range(1, 21)
    )
    return report(departments=(*sections, finding), conclusions=long_entries, overview="综述一行。\n" * 30)


def guide_sheet(**changes):
    timing = VisitTiming
    lines = (
        GuideLine(timing=timing.ORDINARY, name="内科", place="2 楼 203 室", note="先在 201 测血压，静坐 5 分钟"),
        GuideLine(timing=timing.FASTING, name="静脉采血（4 管）", place="1 楼 采血区", note="按压棉球 5 分钟，不要揉"),
        GuideLine(timing=timing.FASTING, name="腹部彩超", place="3 楼 超声室", note="空腹 8 小时"),
        GuideLine(
            timing=timing.ORDINARY, name="一般检查（身高、体重、腰围、血压）", place="2 楼 201 室", note="脱鞋，穿单衣"
        ),
        GuideLine(timing=timing.ORDINARY, name="心电图", place="2 楼 206 室"),
        GuideLine(timing=timing.ORDINARY, name="眼科", place="2 楼 208 室", note="戴隐形眼镜请告诉医生", declined=True),
        GuideLine(
            timing=timing.ORDINARY, name="胸部低剂量 CT", place="1 楼 放射科", note="取下金属饰品；备孕、怀孕请告诉医生"
        ),
        GuideLine(timing=timing.ORDINARY, name="尿常规", place="1 楼 化验窗口", note="留中段尿"),
        GuideLine(timing=timing.FULL_BLADDER, name="前列腺彩超", place="3 楼 超声室", note="喝水约 800 毫升"),
        GuideLine(timing=timing.AFTER_MEAL, name="餐后 2 小时血糖", place="1 楼 采血区", note="从吃第一口饭开始计时"),
    )
    values = {
        "hospital_name": "临江医院体检中心",
        "checkup_no": "202611230018",
        "person": PERSON,
        "checkup_date": "2026-11-23",
        "kind_name": "健康体检",
        "package_name": "中年男性精选套餐，加 3 项",
        "lines": lines,
        "registrar": "苏敏",
        "printed_at": "2026-11-23 07:41",
        "warnings": ("采血和腹部彩超需空腹：完成前请不要进食、喝水。",),
        "phone": "027-5550-0120",
    }
    return GuideSheetDocument(**{**values, **changes})


def label(**changes):
    values = {
        "barcode": "202611230018",
        "name": "何志远",
        "sex": PrintedSex.MALE,
        "age_text": "46岁",
        "tube": "紫色管 EDTA",
        "items": ("血常规", "糖化血红蛋白", "血型"),
        "date": "2026-11-23",
        "timing_word": "空腹",
        "client_short_name": "临江水务",
        "serial": "1/4",
    }
    return LabelDocument(**{**values, **changes})
