"""How far a check-up has come, and what was done to it."""

from typing import Any

from kangqiao.audit.selectors import trail_of
from kangqiao.checkup.enums import CheckupStatus, ConclusionStatus, PanelStatus, ReportStatus, SpecimenStatus
from kangqiao.checkup.models import BloodDraw, Checkup, CheckupReport, Conclusion
from kangqiao.checkup.selectors.checkups import department_blocks, get_checkup
from kangqiao.checkup.states import SETTLED_PANELS

ACTIONS = {
    "checkup.enrolled": "登记",
    "checkup.checked_in": "签到",
    "checkup.blood_drawn": "采血",
    "checkup.results_saved": "保存结果",
    "checkup.results_received": "仪器结果到达",
    "checkup.department_completed": "科室完成",
    "checkup.panels.moved": "组合状态变更",
    "checkup.panels_added": "加项",
    "checkup.important_found": "发现重要异常",
    "checkup.important_notified": "告知重要异常",
    "checkup.conclusion_opened": "打开总检",
    "checkup.conclusion_released": "释放总检",
    "checkup.conclusion_saved": "保存总检",
    "checkup.conclusion_regenerated": "重新生成",
    "checkup.concluded": "总检完成",
    "checkup.sent_back": "退回科室",
    "checkup.review_sent_back": "审核退回",
    "checkup.reviewed": "审核通过",
    "checkup.unreviewed": "反审核",
    "checkup.report_rendered": "生成报告",
    "checkup.report_released": "发布报告",
    "checkup.report_viewed": "查看报告",
    "checkup.guide_sheet_printed": "打印导检单",
    "checkup.labels_printed": "打印条码",
    "checkup.checkup.moved": "状态变更",
}


def audit_trail(checkup_id: int) -> list[dict[str, Any]]:
    """Every entry about the check-up, oldest first, in words."""
    return [
        {
            "at": entry.at,
            "actor": entry.actor_name,
            "action": entry.action,
            "label": ACTIONS.get(entry.action, entry.action),
            "detail": _detail(entry.action, entry.before or {}, entry.after or {}, entry.extra or {}),
        }
        for entry in trail_of(get_checkup(checkup_id))
    ]


def _detail(action: str, before: dict[str, Any], after: dict[str, Any], extra: dict[str, Any]) -> str:
    reason = f"，原因：{extra['reason']}" if extra.get("reason") else ""
    if action == "checkup.checkup.moved":
        states = dict(CheckupStatus.choices)
        old, new = states.get(before["status"], ""), states.get(after["status"], "")
        return f"{old} → {new}{reason}"
    if action == "checkup.panels.moved":
        status = dict(PanelStatus.choices).get(after["status"], "")
        return f"{'、'.join(after.get('names', []))}：{status}{reason}"
    if "results" in after:
        values = "，".join(f"{code} {value}" for code, value in after["results"].items())
        return f"{after.get('department') or after.get('device', '')}：{values}"
    shown = [str(value) for value in after.values() if isinstance(value, str | int) and value != ""]
    listed = ["、".join(map(str, value)) for value in after.values() if isinstance(value, list) and value]
    return "，".join([*shown, *listed]) + reason


def progress(checkup_id: int) -> dict[str, Any]:
    """Milestones from enrolment to release, and each department. Seven queries."""
    checkup = get_checkup(checkup_id)
    panels = list(checkup.ordered_panels.exclude(status=PanelStatus.REMOVED))
    settled = sum(panel.status in SETTLED_PANELS for panel in panels)
    steps = [
        _step("enrolled", "登记", checkup.enrolled_at, checkup.enrolled_by_name),
        _step("checked_in", "签到", checkup.checked_in_at),
        *_drawn(checkup),
        _step("departments", "分检", checkup.departments_done_at, text=f"{settled}/{len(panels)} 组合"),
        *_signed(checkup),
        *_reported(checkup),
    ]
    return {
        "status": checkup.status,
        "status_label": CheckupStatus(checkup.status).label,
        "steps": steps,
        "departments": department_blocks(checkup, panels),
    }


def _signed(checkup: Checkup) -> list[dict[str, Any]]:
    """Conclusion and review, as far as they hold now."""
    row = Conclusion.objects.filter(checkup=checkup).first() or Conclusion(checkup=checkup)
    concluded = row.status != ConclusionStatus.OPEN
    reviewed = row.status == ConclusionStatus.REVIEWED
    return [
        _step("concluded", "总检", row.concluded_at if concluded else None, row.concluded_by_name or row.owner_name),
        _step("reviewed", "审核", row.reviewed_at if reviewed else None, row.reviewed_by_name if reviewed else ""),
    ]


def _reported(checkup: Checkup) -> list[dict[str, Any]]:
    row = CheckupReport.objects.filter(checkup=checkup).exclude(status=ReportStatus.VOID).order_by("-version").first()
    if row is None:
        return [_step("rendered", "生成报告", None), _step("released", "发布报告", None)]
    return [
        _step("rendered", "生成报告", row.rendered_at, row.rendered_by_name, f"第 {row.version} 版"),
        _step("released", "发布报告", row.released_at, row.released_by_name),
    ]


def _step(key: str, label: str, at: Any, by: str = "", text: str = "") -> dict[str, Any]:
    return {"key": key, "label": label, "done": at is not None, "at": at, "by": by, "text": text}


def _drawn(checkup: Checkup) -> list[dict[str, Any]]:
    total = checkup.specimens.exclude(status=SpecimenStatus.VOID).count()
    if not total:
        return []
    draws = list(BloodDraw.objects.filter(checkup=checkup).order_by("-drawn_at"))
    last = draws[0] if draws else None
    complete = len(draws) >= total
    text = f"{len(draws)}/{total} 管"
    return [
        {
            "key": "drawn",
            "label": "采样",
            "done": complete,
            "at": last.drawn_at if last and complete else None,
            "by": last.drawn_by_name if last else "",
            "text": text,
        }
    ]
