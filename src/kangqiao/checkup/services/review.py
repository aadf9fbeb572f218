"""The reviewing doctor's verbs: approve, send back, take back."""

from django.db import transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import ConclusionStatus, ReportStatus
from kangqiao.checkup.models import Checkup, CheckupReport, Conclusion, SendBack
from kangqiao.checkup.rules import guards
from kangqiao.checkup.rules.transitions import CheckupStatus
from kangqiao.checkup.selectors.settings import read_settings
from kangqiao.checkup.services.guarding import stop
from kangqiao.checkup.services.progress import announce, lock_checkup
from kangqiao.checkup.states import checkup_machine, conclusion_machine, report_machine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict
from kangqiao.core.outbox import publish


def _concluded(checkup: Checkup) -> Conclusion:
    conclusion = Conclusion.objects.filter(checkup=checkup).first()
    if conclusion is None:
        raise Conflict("not-concluded", "该体检还没有总检", "请等待总检医生完成")
    return conclusion


@transaction.atomic
def review_checkup(actor: Actor, checkup_id: int, *, comment: str = "") -> Checkup:
    """Approve. By option another person than the one who concluded."""
    actor.require("checkup.review.write")
    checkup = lock_checkup(checkup_id)
    conclusion = _concluded(checkup)
    refusal = guards.refuse_review(
        CheckupStatus(checkup.status),
        concluded_by=conclusion.concluded_by_id or 0,
        reviewer=actor.id or 0,
        require_two_persons=read_settings().two_person_review,
    )
    if refusal is not None and refusal.code == "review.same_person":
        raise Conflict("reviewer-is-author", refusal.message)
    stop(refusal)
    conclusion_machine.move(
        actor,
        conclusion,
        ConclusionStatus.REVIEWED,
        reviewed_by_id=actor.id,
        reviewed_by_name=actor.name,
        reviewed_at=timezone.now(),
    )
    checkup_machine.move(actor, checkup, CheckupStatus.REVIEWED)
    record(actor, "checkup.reviewed", target=checkup, after={"comment": comment.strip()})
    publish("checkup.reviewed", {"checkup_id": checkup.pk})
    announce(checkup)
    return checkup


@transaction.atomic
def send_back_to_conclusion(actor: Actor, checkup_id: int, *, reason: str) -> Checkup:
    """The reviewer is not satisfied: the conclusion opens again for its doctor, with the reason."""
    actor.require("checkup.review.write")
    checkup = lock_checkup(checkup_id)
    stop(guards.refuse_send_back(CheckupStatus(checkup.status), reason))
    conclusion = _concluded(checkup)
    conclusion_machine.move(
        actor,
        conclusion,
        ConclusionStatus.OPEN,
        reason=reason,
        owner_id=conclusion.concluded_by_id,
        owner_name=conclusion.concluded_by_name,
        version=conclusion.version + 1,
    )
    checkup_machine.move(actor, checkup, CheckupStatus.IN_CONCLUSION, reason=reason)
    _note(actor, checkup, "review", reason)
    record(actor, "checkup.review_sent_back", target=checkup, reason=reason)
    publish("checkup.review_sent_back", {"checkup_id": checkup.pk})
    announce(checkup)
    return checkup


def _note(actor: Actor, checkup: Checkup, stage: str, reason: str) -> None:
    SendBack.objects.create(
        checkup=checkup,
        stage=stage,
        reason=reason.strip()[:300],
        by_id=actor.id,
        by_name=actor.name,
        at=timezone.now(),
    )


@transaction.atomic
def unreview_checkup(actor: Actor, checkup_id: int, *, reason: str) -> Checkup:
    """反审核; after the release it is a recall: every report version is voided and kept."""
    actor.require("checkup.review.write")
    checkup = lock_checkup(checkup_id)
    stop(guards.refuse_unreview(CheckupStatus(checkup.status), reason))
    conclusion = _concluded(checkup)
    if checkup.status != CheckupStatus.REVIEWED:
        checkup_machine.move(actor, checkup, CheckupStatus.REVIEWED, reason=reason)
    for report in CheckupReport.objects.filter(checkup=checkup).exclude(status=ReportStatus.VOID):
        report_machine.move(actor, report, ReportStatus.VOID, reason=reason, void_reason=reason.strip()[:200])
    conclusion_machine.move(actor, conclusion, ConclusionStatus.CONCLUDED, reason=reason)
    checkup_machine.move(actor, checkup, CheckupStatus.CONCLUDED, reason=reason)
    _note(actor, checkup, "unreview", reason)
    record(actor, "checkup.unreviewed", target=checkup, reason=reason)
    publish("checkup.unreviewed", {"checkup_id": checkup.pk})
    announce(checkup)
    return checkup
