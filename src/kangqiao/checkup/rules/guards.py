"""Guards of the main path's steps as predicates: None when the step may go on, otherwise a Refusal (checkup.md 2.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .plain import SEX_WORDS, Refusal
from .transitions import (
    CHECKUP_WORDS,
    GIVEN_UP,
    LOCKED,
    OPEN_TO_RESULTS,
    PANEL_WORDS,
    PERFORMED,
    SETTLED,
    CheckupStatus,
    PanelStatus,
)

_C, _P = CheckupStatus, PanelStatus


@dataclass(frozen=True)
class PanelState:
    """An ordered panel as the guards see it."""

    name: str
    status: PanelStatus
    department_id: int = 0
    is_paid: bool = True


@dataclass(frozen=True)
class PanelOffer:
    """A panel that someone wants to order. `item_codes` find overlaps, `forbidden_kinds` are check-up kinds."""

    code: str
    name: str
    sex: str = ""
    is_active: bool = True
    item_codes: frozenset[str] = frozenset()
    forbidden_kinds: frozenset[str] = frozenset()


def _locked(status: CheckupStatus, doing: str) -> Refusal | None:
    if status not in LOCKED:
        return None
    return Refusal(
        "checkup.locked", f"该体检已进入总检（{CHECKUP_WORDS[status]}），不能{doing}；如需修改请先由总检医生退回"
    )


def _closed(status: CheckupStatus, doing: str) -> Refusal | None:
    if status == _C.PAUSED:
        return Refusal("checkup.paused", f"该体检已暂停，不能{doing}；请先在登记台恢复")
    if status in (_C.CANCELLED, _C.VOID, _C.NO_SHOW, _C.BOOKED):
        return Refusal("checkup.not_enrolled", f"该体检{CHECKUP_WORDS[status]}，不能{doing}；请先办理登记")
    return None


def refuse_sex_of_panel(offer: PanelOffer, sex: str) -> Refusal | None:
    """A panel for one sex asks for an examinee known to be of that sex."""
    if offer.sex and offer.sex != sex:
        return Refusal("panel.sex_mismatch", f"“{offer.name}”仅限{SEX_WORDS[offer.sex]}性，请核对受检者性别")
    return None


def refuse_offers(
    offers: Sequence[PanelOffer], *, sex: str, kind: str = "", already: Collection[str] = ()
) -> Refusal | None:
    """First reason why these panels cannot be ordered together; `already` are panel codes ordered and not removed."""
    seen = set(already)
    for offer in offers:
        if not offer.is_active:
            return Refusal("panel.retired", f"项目组合“{offer.name}”已停用，请另选")
        if offer.code in seen:
            return Refusal("panel.duplicate", f"该受检者已有项目组合“{offer.name}”，请勿重复添加")
        if kind and kind in offer.forbidden_kinds:
            return Refusal("panel.forbidden_kind", f"此体检类别依法不得包含“{offer.name}”，请移除")
        refusal = refuse_sex_of_panel(offer, sex)
        if refusal:
            return refusal
        seen.add(offer.code)
    return None


def overlapping_items(offers: Sequence[PanelOffer]) -> Mapping[str, tuple[str, ...]]:
    """Item codes that more than one of the panels would examine, with the panels' names (a warning, not a refusal)."""
    names: dict[str, list[str]] = {}
    for offer in offers:
        for code in offer.item_codes:
            names.setdefault(code, []).append(offer.name)
    return {code: tuple(found) for code, found in sorted(names.items()) if len(found) > 1}


def refuse_package(
    name: str, *, sex_limit: str, age_min: int | None, age_max: int | None, sex: str, age: int | None
) -> Refusal | None:
    """A package's sex and age limits (completed years, both bounds included, as a person reads 18–40 岁)."""
    if sex_limit and sex_limit != sex:
        return Refusal("package.sex_mismatch", f"套餐“{name}”仅限{SEX_WORDS[sex_limit]}性，请另选套餐")
    if age_min is None and age_max is None:
        return None
    if age is None:
        return Refusal("package.age_unknown", f"套餐“{name}”有年龄要求，请先填写出生日期")
    if (age_min is not None and age < age_min) or (age_max is not None and age > age_max):
        return Refusal("package.age_mismatch", f"套餐“{name}”不适合 {age} 岁的受检者，请另选套餐")
    return None


def refuse_enroll(
    *, sex: str, panel_count: int, has_open_checkup: bool, block_until_concluded: bool = False
) -> Refusal | None:
    """Enrolling asks for a sex, at least one panel, and by option no earlier check-up without conclusion."""
    if sex not in SEX_WORDS:
        return Refusal("enroll.sex_missing", "请先填写受检者性别，参考范围和项目都按性别选择")
    if panel_count < 1:
        return Refusal("enroll.no_panel", "请至少选择一个套餐或项目组合")
    if has_open_checkup and block_until_concluded:
        return Refusal("enroll.open_checkup", "该受检者上一次体检尚未总检，请先完成或撤销")
    return None


def refuse_check_in(status: CheckupStatus) -> Refusal | None:
    if status == _C.ENROLLED:
        return None
    return _closed(status, "签到") or Refusal("check_in.done", f"该体检当前为“{CHECKUP_WORDS[status]}”，无需再次签到")


def refuse_void(status: CheckupStatus, panels: Sequence[PanelState], has_unrefunded_money: bool) -> Refusal | None:
    """反登记: only before anything was sampled or examined, and with the money returned."""
    if status not in (_C.ENROLLED, _C.CHECKED_IN):
        return Refusal("void.status", f"该体检当前为“{CHECKUP_WORDS[status]}”，不能撤销登记")
    for panel in panels:
        if panel.status in PERFORMED or panel.status in (_P.SAMPLED, _P.RECEIVED):
            return Refusal("void.examined", f"“{panel.name}”{PANEL_WORDS[panel.status]}，不能撤销登记")
    if has_unrefunded_money:
        return Refusal("void.money", "该体检还有未退费用，请先办理退费")
    return None


def refuse_draw(status: CheckupStatus, panels: Sequence[PanelState]) -> Refusal | None:
    """Drawing one tube whose panels are given."""
    refusal = _closed(status, "采血") or _locked(status, "采血")
    if refusal:
        return refusal
    live = [p for p in panels if p.status not in GIVEN_UP and p.status != _P.REMOVED]
    if not live:
        return Refusal("draw.nothing_due", "该管的项目均已弃检或退项，无需采血")
    if all(p.status not in (_P.PENDING, _P.POSTPONED) for p in live):
        return Refusal("draw.already_drawn", "该管已采样，请勿重复采血")
    unpaid = next((p for p in live if not p.is_paid), None)
    return Refusal("draw.unpaid", f"“{unpaid.name}”尚未缴费，请先到收费处缴费") if unpaid else None


def refuse_save_results(
    status: CheckupStatus, panels: Sequence[PanelState], *, concluded_by: str = "", department_verified: bool = False
) -> Refusal | None:
    """Saving results of one department; `panels` are that department's panels of the check-up."""
    refusal = _closed(status, "录入结果")
    if refusal:
        return refusal
    if status in LOCKED:
        who = f"（{concluded_by}）" if concluded_by else ""
        return Refusal("results.locked", f"该体检已由总检医生{who}锁定，不能修改结果；如需修改请先退回科室")
    if not panels:
        return Refusal("results.no_panel", "该体检没有本科室的项目")
    if department_verified:
        return Refusal("results.verified", "本科室结果已审核，请先由审核者撤销审核")
    live = [p for p in panels if p.status not in GIVEN_UP and p.status != _P.REMOVED]
    if not live:
        return Refusal("results.given_up", "本科室项目均已弃检、拒检或退项，不能录入结果")
    unpaid = next((p for p in live if not p.is_paid), None)
    return Refusal("results.unpaid", f"“{unpaid.name}”尚未缴费，请先到收费处缴费") if unpaid else None


def refuse_complete_department(
    status: CheckupStatus, panels: Sequence[PanelState], missing_items: Sequence[str]
) -> Refusal | None:
    """完成: everything required of the department's live panels is there."""
    refusal = refuse_save_results(status, panels)
    if refusal:
        return refusal
    if missing_items:
        shown = "、".join(missing_items[:5]) + ("等" if len(missing_items) > 5 else "")
        return Refusal(
            "department.incomplete", f"还有 {len(missing_items)} 项未录入：{shown}。请补录，或登记弃检、延期"
        )
    return None


def refuse_decline(checkup: CheckupStatus, panel: PanelState) -> Refusal | None:
    """弃检, 拒检 and 延期 share these guards."""
    refusal = _closed(checkup, "弃检") or _locked(checkup, "弃检")
    if refusal:
        return refusal
    if panel.status == _P.REMOVED:
        return Refusal("decline.removed", f"“{panel.name}”已退项，不能弃检")
    if panel.status in PERFORMED:
        return Refusal("decline.examined", f"“{panel.name}”已检，不能弃检")
    if panel.status in GIVEN_UP:
        return Refusal("decline.already", f"“{panel.name}”已是{PANEL_WORDS[panel.status]}")
    return None


def refuse_restore(checkup: CheckupStatus, panel: PanelState) -> Refusal | None:
    """反弃检: only given-up panels come back, and not after the conclusion began."""
    refusal = _closed(checkup, "恢复项目") or _locked(checkup, "恢复项目")
    if refusal:
        return refusal
    if panel.status not in GIVEN_UP and panel.status != _P.POSTPONED:
        return Refusal("restore.not_given_up", f"“{panel.name}”当前为{PANEL_WORDS[panel.status]}，无需恢复")
    return None


def refuse_add_panels(status: CheckupStatus) -> Refusal | None:
    return _closed(status, "加项") or _locked(status, "加项")


def refuse_remove_panel(checkup: CheckupStatus, panel: PanelState) -> Refusal | None:
    """减项 / 退项: neither what was given up nor what was sampled or examined."""
    refusal = _closed(checkup, "退项") or _locked(checkup, "退项")
    if refusal:
        return refusal
    if panel.status in (_P.PENDING, _P.POSTPONED):
        return None
    return Refusal("remove.not_pending", f"“{panel.name}”{PANEL_WORDS[panel.status]}，不能退项")


def undone_panels(panels: Sequence[PanelState]) -> tuple[str, ...]:
    """Names of panels that keep a check-up from being complete."""
    return tuple(p.name for p in panels if p.status not in SETTLED)


def refuse_open_conclusion(
    status: CheckupStatus,
    panels: Sequence[PanelState],
    *,
    only_complete: bool = True,
    opened_by: int | None = None,
    user_id: int | None = None,
) -> Refusal | None:
    """总检 opens complete check-ups (option I-65); one that another doctor holds stays with that doctor."""
    if status == _C.IN_CONCLUSION:
        if opened_by is not None and opened_by != user_id:
            return Refusal("conclusion.held", "另一位总检医生正在处理该体检，请先由其释放")
        return None
    if status == _C.DEPARTMENTS_DONE:
        return None
    refusal = _closed(status, "总检")
    if refusal:
        return refusal
    if status in LOCKED:
        return Refusal("conclusion.done", f"该体检{CHECKUP_WORDS[status]}，如需修改请先撤销总检")
    undone = undone_panels(panels)
    if only_complete:
        names = "、".join(undone[:5]) + ("等" if len(undone) > 5 else "")
        detail = f"未完成：{names}" if undone else f"当前为“{CHECKUP_WORDS[status]}”"
        return Refusal("conclusion.incomplete", f"科室检查尚未全部完成，不能总检（{detail}）")
    if status not in OPEN_TO_RESULTS:
        return Refusal("conclusion.status", f"当前为“{CHECKUP_WORDS[status]}”，不能总检")
    return None


def refuse_conclude(
    status: CheckupStatus,
    *,
    line_count: int,
    undone: Sequence[str] = (),
    undone_confirmed: bool = False,
    unreported_critical: Sequence[str] = (),
) -> Refusal | None:
    """提交总检: at least one line, undone panels confirmed, critical findings (A) notified."""
    if status != _C.IN_CONCLUSION:
        return Refusal("conclude.status", f"当前为“{CHECKUP_WORDS[status]}”，请先打开总检")
    if line_count < 1:
        return Refusal("conclude.empty", "结论至少要有一行；没有异常时请使用“未见明显异常”的标准句")
    if undone and not undone_confirmed:
        return Refusal("conclude.undone", f"仍有未检项目（{'、'.join(undone[:5])}），请确认后再提交")
    if unreported_critical:
        return Refusal(
            "conclude.critical", f"重要异常（{'、'.join(unreported_critical[:3])}）尚无通知记录，请先通知并登记"
        )
    return None


def refuse_revoke_conclusion(status: CheckupStatus) -> Refusal | None:
    if status == _C.CONCLUDED:
        return None
    if status in (_C.REVIEWED, _C.RELEASED, _C.NOTIFIED, _C.COLLECTED, _C.ARCHIVED):
        return Refusal("revoke.reviewed", "该体检已审核，请先由审核医生撤销审核")
    return Refusal("revoke.not_concluded", f"当前为“{CHECKUP_WORDS[status]}”，没有可撤销的总检")


def refuse_review(
    status: CheckupStatus, *, concluded_by: int, reviewer: int, require_two_persons: bool = True
) -> Refusal | None:
    """审核: another person than the one who concluded, unless the hospital switched that off."""
    if status != _C.CONCLUDED:
        return Refusal("review.status", f"当前为“{CHECKUP_WORDS[status]}”，只有总检完成的体检可以审核")
    if require_two_persons and concluded_by == reviewer:
        return Refusal("review.same_person", "总检和审核不能是同一人，请由另一位医生审核")
    return None


def refuse_send_back(status: CheckupStatus, reason: str) -> Refusal | None:
    if status != _C.CONCLUDED:
        return Refusal("send_back.status", f"当前为“{CHECKUP_WORDS[status]}”，不能退回")
    return None if reason.strip() else Refusal("send_back.reason", "请填写退回原因，总检医生据此修改")


def refuse_unreview(status: CheckupStatus, reason: str) -> Refusal | None:
    """反审核 up to collection; after the release it is a recall with a new report version."""
    if status not in (_C.REVIEWED, _C.RELEASED, _C.NOTIFIED):
        return Refusal("unreview.status", f"当前为“{CHECKUP_WORDS[status]}”，不能撤销审核")
    return None if reason.strip() else Refusal("unreview.reason", "请填写撤销审核的原因，原报告将标记作废")


def refuse_release(status: CheckupStatus, *, has_rendered_report: bool) -> Refusal | None:
    if status != _C.REVIEWED:
        return Refusal("release.status", f"当前为“{CHECKUP_WORDS[status]}”，只有审核通过的报告可以发布")
    return None if has_rendered_report else Refusal("release.no_report", "报告文件尚未生成，请先生成报告")
