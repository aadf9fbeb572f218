"""The conclusion doctor's verbs: open, release, regenerate, save, conclude, send back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import ConclusionStatus, Level, LineSource, PanelStatus, VisitState
from kangqiao.checkup.models import AdviceLine, Checkup, Conclusion, ConclusionTerm, DepartmentVisit, SendBack
from kangqiao.checkup.rules import guards
from kangqiao.checkup.rules.regeneration import RegenerationDiff
from kangqiao.checkup.rules.transitions import CheckupStatus
from kangqiao.checkup.selectors.entering import panel_states
from kangqiao.checkup.selectors.settings import CheckupSettings, read_settings
from kangqiao.checkup.services.drafting import generate, verdict_of, write_generated
from kangqiao.checkup.services.findings import refresh_findings
from kangqiao.checkup.services.guarding import stop
from kangqiao.checkup.services.progress import announce, lock_checkup
from kangqiao.checkup.services.station import reopen_panels
from kangqiao.checkup.states import checkup_machine, conclusion_machine, visit_machine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, Invalid, NotFound
from kangqiao.core.outbox import publish
from kangqiao.core.realtime import notify


@dataclass(frozen=True)
class LineEdit:
    """One line as the doctor left it; `id` None is a new line, `merged_ids` are folded into this one."""

    id: int | None
    name: str
    advice: str = ""
    level: str = Level.C.value
    term_id: int | None = None
    merged_ids: Sequence[int] = ()
    recheck_days: int | None = None


def _hold(actor: Actor, checkup_id: int) -> tuple[Checkup, Conclusion]:
    """Check-up and conclusion under lock, held by this actor and open. Raises Conflict."""
    actor.require("checkup.conclusion.write")
    checkup = lock_checkup(checkup_id)
    conclusion = Conclusion.objects.filter(checkup=checkup).first()
    if conclusion is None or checkup.status != CheckupStatus.IN_CONCLUSION:
        raise Conflict("conclusion-not-open", "该体检没有打开的总检", "请先从总检列表打开")
    if conclusion.owner_id != actor.id:
        raise Conflict(
            "not-owner",
            f"该体检由{conclusion.owner_name}总检中",
            "请先由其释放，再由您打开",
            owner=conclusion.owner_name,
        )
    return checkup, conclusion


@transaction.atomic
def open_conclusion(actor: Actor, checkup_id: int, *, confirm_incomplete: bool = False) -> Conclusion:
    """Claim a check-up for this doctor; at the first opening the lines are generated. By option only complete ones."""
    actor.require("checkup.conclusion.write")
    settings = read_settings()
    checkup = lock_checkup(checkup_id)
    conclusion = Conclusion.objects.filter(checkup=checkup).first()
    owner = conclusion.owner_id if conclusion else None
    panels = panel_states(checkup.ordered_panels.all())
    only_complete = settings.conclusion_only_complete or not confirm_incomplete
    undone = list(guards.undone_panels(panels))
    refusal = guards.refuse_open_conclusion(
        CheckupStatus(checkup.status), panels, only_complete=only_complete, opened_by=owner, user_id=actor.id
    )
    if refusal is not None and refusal.code == "conclusion.held" and conclusion is not None:
        raise Conflict(
            "conclusion-claimed", f"{conclusion.owner_name}正在总检", "请先由其释放", owner=conclusion.owner_name
        )
    stop(refusal, panels=undone, may_confirm=not settings.conclusion_only_complete)
    if checkup.status == CheckupStatus.IN_CONCLUSION and owner == actor.id and conclusion is not None:
        return conclusion
    if checkup.status != CheckupStatus.IN_CONCLUSION:
        _enter(actor, checkup)
    return _claim(actor, checkup, conclusion, settings)


def _enter(actor: Actor, checkup: Checkup) -> None:
    """A check-up that is opened with undone panels passes through departments_done."""
    if checkup.status != CheckupStatus.DEPARTMENTS_DONE:
        checkup_machine.move(actor, checkup, CheckupStatus.DEPARTMENTS_DONE, departments_done_at=timezone.now())
    checkup_machine.move(actor, checkup, CheckupStatus.IN_CONCLUSION)


def _claim(actor: Actor, checkup: Checkup, conclusion: Conclusion | None, settings: CheckupSettings) -> Conclusion:
    fresh = conclusion is None
    conclusion = conclusion or Conclusion(checkup=checkup)
    conclusion.owner_id, conclusion.owner_name, conclusion.claimed_at = actor.id, actor.name, timezone.now()
    conclusion.save()
    if fresh or conclusion.generated_at is None:
        _generate(actor, checkup, conclusion, settings)
    record(actor, "checkup.conclusion_opened", target=checkup, after={"owner": actor.name})
    publish("checkup.conclusion_opened", {"checkup_id": checkup.pk})
    announce(checkup)
    return conclusion


def _generate(actor: Actor, checkup: Checkup, conclusion: Conclusion, settings: CheckupSettings) -> RegenerationDiff:
    generated = generate(checkup, settings)
    refresh_findings(actor, checkup, generated.results)
    diff = write_generated(conclusion, generated)
    if not conclusion.overview_edited:
        conclusion.overview = generated.overview
    conclusion.verdict = verdict_of(conclusion.lines.order_by("sort_no", "id"))
    conclusion.generated_at = timezone.now()
    conclusion.results_at = max((row.entered_at for row in generated.results), default=None)
    conclusion.version += 1
    conclusion.save()
    return diff


@transaction.atomic
def release_conclusion(actor: Actor, checkup_id: int) -> Checkup:
    """Give an unfinished conclusion back to the list; edits stay for whoever opens it next."""
    checkup, conclusion = _hold(actor, checkup_id)
    conclusion.owner_id, conclusion.owner_name, conclusion.claimed_at = None, "", None
    conclusion.save()
    checkup_machine.move(actor, checkup, CheckupStatus.DEPARTMENTS_DONE)
    record(actor, "checkup.conclusion_released", target=checkup)
    publish("checkup.conclusion_released", {"checkup_id": checkup.pk})
    announce(checkup)
    return checkup


@transaction.atomic
def regenerate_conclusion(actor: Actor, checkup_id: int) -> RegenerationDiff:
    """Generate again from the present results; what the doctor added, edited or hid stays. Says what changed."""
    checkup, conclusion = _hold(actor, checkup_id)
    diff = _generate(actor, checkup, conclusion, read_settings())
    after = {"added": list(diff.added), "removed": list(diff.removed), "changed": list(diff.changed)}
    record(actor, "checkup.conclusion_regenerated", target=checkup, after=after)
    publish("checkup.conclusion_regenerated", {"checkup_id": checkup.pk})
    return diff


@transaction.atomic
def save_conclusion(
    actor: Actor,
    checkup_id: int,
    *,
    version: int,
    lines: Sequence[LineEdit],
    overview: str | None = None,
    restore_ids: Sequence[int] = (),
) -> Conclusion:
    """Store the whole list in its order. A line left out is hidden, never lost; `overview` None is the automatic one."""
    checkup, conclusion = _hold(actor, checkup_id)
    if conclusion.version != version:
        raise Conflict("conclusion-changed", "总检内容在别处刚被保存", "请刷新对照后再保存", version=conclusion.version)
    before = [line.name for line in conclusion.lines.filter(is_hidden=False)]
    _write_lines(conclusion, lines, restore_ids, sees_private=actor.may("checkup.private.view"))
    if overview is None:
        conclusion.overview_edited = False
        conclusion.overview = generate(checkup, read_settings()).overview
    else:
        conclusion.overview_edited = conclusion.overview_edited or overview.strip() != conclusion.overview
        conclusion.overview = overview.strip()
    shown = list(conclusion.lines.order_by("sort_no", "id"))
    conclusion.verdict = verdict_of(shown)
    conclusion.version += 1
    conclusion.save()
    after = {"lines": [line.name for line in shown if not line.is_hidden]}
    record(actor, "checkup.conclusion_saved", target=checkup, before={"lines": before}, after=after)
    publish("checkup.conclusion_saved", {"checkup_id": checkup.pk})
    notify("checkup", checkup.pk, {"kind": "conclusion_saved"})
    return conclusion


def _write_lines(
    conclusion: Conclusion, edits: Sequence[LineEdit], restore_ids: Sequence[int], *, sees_private: bool
) -> None:
    """A line that was left out is hidden, unless it is merged into another or the doctor was never shown it."""
    stored = {line.pk: line for line in conclusion.lines.all()}
    wrong = [edit.id for edit in edits if edit.id is not None and edit.id not in stored]
    if wrong or set(restore_ids) - set(stored):
        raise NotFound("有一条结论已不存在", "请刷新后再保存")
    if any(not edit.name.strip() for edit in edits):
        raise Invalid.field("lines", "结论名称不能为空")
    if any(edit.level not in Level.values for edit in edits):
        raise Invalid.field("lines", "结论级别应为 A、B、C、D")
    merged = {pk: edit.id for edit in edits for pk in edit.merged_ids if edit.id is not None and pk != edit.id}
    kept = set()
    for place, edit in enumerate(edits, 1):
        line = stored.get(edit.id) if edit.id else None
        kept.add(_write_line(conclusion, line, edit, place, stored).pk)
    for pk, line in stored.items():
        if pk in kept or (line.is_private and not sees_private):
            continue
        into = merged.get(pk, line.merged_into_id if line.merged_into_id in kept else None)
        restored = pk in restore_ids
        line.is_hidden, line.merged_into_id = not restored and into is None, None if restored else into
        line.save(update_fields=["is_hidden", "merged_into", "updated_at"])


def _write_line(
    conclusion: Conclusion, line: AdviceLine | None, edit: LineEdit, place: int, stored: dict[int, AdviceLine]
) -> AdviceLine:
    if line is None:
        term = ConclusionTerm.objects.filter(pk=edit.term_id).first() if edit.term_id else None
        taken = term is not None and any(each.key == term.code for each in stored.values())
        key = term.code if term is not None and not taken else ""
        line = AdviceLine(conclusion=conclusion, term=term, key=key, source=LineSource.MANUAL)
    words = (edit.name.strip(), edit.advice.strip(), edit.level, edit.recheck_days)
    if (line.name, line.advice, line.level, line.recheck_days) != words and line.pk:
        line.edited = True
    line.name, line.advice, line.level, line.recheck_days = words
    folded = [stored[pk] for pk in edit.merged_ids if pk in stored and pk != line.pk]
    if folded:
        line.edited = True
        line.merged_from = list(dict.fromkeys([*line.merged_from, *(each.name for each in folded)]))
        line.evidence = [
            *line.evidence,
            *(part for each in folded for part in each.evidence if part not in line.evidence),
        ]
    line.sort_no, line.is_hidden, line.merged_into = place, False, None
    line.save()
    return line


@transaction.atomic
def conclude_checkup(actor: Actor, checkup_id: int, *, confirm_undone: bool = False) -> Checkup:
    """Sign. At least one line; no class A finding without a record that the person was told; undone panels confirmed."""
    checkup, conclusion = _hold(actor, checkup_id)
    shown = conclusion.lines.filter(is_hidden=False, merged_into=None).count()
    untold = checkup.important_findings.filter(level=Level.A, notified_at=None, withdrawn_at=None)
    undone = guards.undone_panels(panel_states(checkup.ordered_panels.all()))
    stop(
        guards.refuse_conclude(
            CheckupStatus(checkup.status),
            line_count=shown,
            undone=undone,
            undone_confirmed=confirm_undone,
            unreported_critical=[row.name for row in untold],
        ),
        panels=list(undone),
    )
    conclusion_machine.move(
        actor,
        conclusion,
        ConclusionStatus.CONCLUDED,
        concluded_by_id=actor.id,
        concluded_by_name=actor.name,
        concluded_at=timezone.now(),
    )
    checkup_machine.move(actor, checkup, CheckupStatus.CONCLUDED)
    SendBack.objects.filter(checkup=checkup, stage="review", resolved_at=None).update(resolved_at=timezone.now())
    record(actor, "checkup.concluded", target=checkup, after={"verdict": conclusion.verdict})
    publish("checkup.concluded", {"checkup_id": checkup.pk})
    announce(checkup)
    return checkup


@transaction.atomic
def send_back_to_departments(actor: Actor, checkup_id: int, *, department_ids: Sequence[int], reason: str) -> Checkup:
    """The doctor wants departments to look again: their panels are to do again, results stay, the reason is shown there."""
    if not reason.strip():
        raise Invalid.field("reason", "请填写退回原因，科室据此修改")
    checkup, conclusion = _hold(actor, checkup_id)
    panels = list(checkup.ordered_panels.filter(department_id__in=department_ids).select_related("checkup"))
    done = [panel for panel in panels if panel.status == PanelStatus.DONE]
    if not done:
        raise Invalid.field("department_ids", "请选择已完成检查的科室")
    conclusion.owner_id, conclusion.owner_name, conclusion.claimed_at = None, "", None
    conclusion.save()
    checkup_machine.move(actor, checkup, CheckupStatus.DEPARTMENTS_DONE, reason=reason)
    reopen_panels(actor, done, reason=reason.strip()[:200])
    checkup_machine.move(actor, checkup, CheckupStatus.EXAMINING, departments_done_at=None)
    for visit in DepartmentVisit.objects.filter(
        checkup=checkup, department_id__in=department_ids, state=VisitState.DONE
    ):
        visit_machine.move(actor, visit, VisitState.WAITING, done_at=None, done_on=None, queued_at=timezone.now())
        notify("station", visit.department_id, {"kind": "queue_changed"})
    names = sorted({panel.department.name for panel in done})
    SendBack.objects.create(
        checkup=checkup,
        stage="conclusion",
        departments=names,
        reason=reason.strip()[:300],
        by_id=actor.id,
        by_name=actor.name,
        at=timezone.now(),
    )
    record(actor, "checkup.sent_back", target=checkup, after={"departments": names}, reason=reason)
    publish("checkup.sent_back", {"checkup_id": checkup.pk, "department_ids": sorted(department_ids)})
    announce(checkup)
    return checkup
