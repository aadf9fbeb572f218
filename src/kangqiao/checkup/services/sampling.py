"""Drawing blood: each tube once."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import CheckupStatus, PanelStatus, SpecimenStatus
from kangqiao.checkup.models import BloodDraw, Specimen
from kangqiao.checkup.services.progress import begin_examining, enqueue_visits, lock_checkup, move_panels
from kangqiao.checkup.states import OPEN_FOR_RESULTS, specimen_machine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, NotFound
from kangqiao.core.outbox import publish
from kangqiao.core.realtime import notify


@transaction.atomic
def draw_blood(actor: Actor, barcode: str, *, note: str = "") -> BloodDraw:
    """Confirm one tube. A second confirmation is refused and says who drew it and when."""
    actor.require("checkup.specimen.draw")
    specimen = Specimen.objects.filter(barcode=barcode.strip()).first()
    if specimen is None:
        raise NotFound("没有这个条码", "请核对条码，或扫描导检单上的体检号")
    checkup = lock_checkup(specimen.checkup_id)
    specimen.refresh_from_db()
    if checkup.status not in OPEN_FOR_RESULTS:
        words = CheckupStatus(checkup.status).label
        raise Conflict("checkup-locked", f"该体检现在是“{words}”，不能采样", "如需补采，请联系总检医生退回")
    _refuse_double(specimen)
    specimen_machine.move(actor, specimen, SpecimenStatus.COLLECTED)
    draw = _record_draw(actor, specimen, note)
    panels = list(specimen.ordered_panels.select_related("checkup").filter(status=PanelStatus.PENDING))
    move_panels(actor, panels, PanelStatus.SAMPLED)
    begin_examining(actor, checkup)
    enqueue_visits(checkup, {panel.department_id for panel in panels})
    record(actor, "checkup.blood_drawn", target=checkup, after={"barcode": specimen.barcode, "label": specimen.label})
    publish(
        "checkup.specimen_collected",
        {"checkup_id": checkup.pk, "specimen_id": specimen.pk, "barcode": specimen.barcode},
    )
    notify("checkup", checkup.pk, {"kind": "specimen_collected", "specimen_id": specimen.pk})
    return draw


def _refuse_double(specimen: Specimen) -> None:
    draw = BloodDraw.objects.filter(specimen=specimen).first()
    if draw is not None:
        at = timezone.localtime(draw.drawn_at)
        raise Conflict(
            "already-drawn",
            "这一管已经采过",
            f"{draw.drawn_by_name} 于 {at:%m-%d %H:%M} 采集，如需重采请先拒收原样本",
            drawn_by=draw.drawn_by_name,
            drawn_at=draw.drawn_at.isoformat(),
        )
    if specimen.status != SpecimenStatus.PLANNED:
        raise Conflict(
            "specimen-not-planned", f"样本状态是“{SpecimenStatus(specimen.status).label}”，不能采集", "请重新打印条码"
        )


def _record_draw(actor: Actor, specimen: Specimen, note: str) -> BloodDraw:
    try:
        with transaction.atomic():
            return BloodDraw.objects.create(
                specimen=specimen,
                checkup_id=specimen.checkup_id,
                drawn_at=timezone.now(),
                drawn_by_id=actor.id,
                drawn_by_name=actor.name,
                note=note[:200],
            )
    except IntegrityError:
        _refuse_double(specimen)
        raise
