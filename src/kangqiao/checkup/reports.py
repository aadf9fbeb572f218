"""The statistics of the check-up: one value each."""

from kangqiao.checkup.selectors import statistics
from kangqiao.core.reports import Chart, Column, Param, Report

REPORTS = [
    Report(
        name="checkup-counts",
        context="checkup",
        title="体检人数统计",
        permission="checkup.statistics.read",
        params=(
            Param(name="day", label="登记日期", kind="date_range"),
            Param(name="kind", label="体检类别", kind="fk", resource="checkup-kinds"),
        ),
        columns=(
            Column(name="day", label="日期", kind="date"),
            Column(name="enrolled", label="登记", kind="int", total=True),
            Column(name="checked_in", label="签到", kind="int", total=True),
            Column(name="departments_done", label="分检完成", kind="int", total=True),
            Column(name="released", label="报告已出", kind="int", total=True),
            Column(name="male", label="男", kind="int", total=True),
            Column(name="female", label="女", kind="int", total=True),
            Column(name="corporate", label="单位", kind="int", total=True),
        ),
        chart=Chart(kind="line", x="day", y=("enrolled", "departments_done", "released")),
        denominator="登记的体检，不含已取消的",
        query=statistics.checkup_counts,
        feature="I-46",
    ),
]
