"""Enrolling a person for a check-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import CheckupStatus, PaymentStatus, SpecimenTiming
from kangqiao.checkup.models import Checkup, CheckupPanel, DepartmentVisit, OrderedPanel, Specimen
from kangqiao.checkup.rules import code_format
from kangqiao.checkup.selectors.quoting import Problem, Quote, QuoteLine, Tube, make_quote, plan_tubes
from kangqiao.checkup.services.progress import announce
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, DomainError, Invalid
from kangqiao.core.locks import lock_name
from kangqiao.core.numbering import next_number
from kangqiao.core.outbox import publish
from kangqiao.people.rules import age_on
from kangqiao.people.selectors import get_person
from kangqiao.people.services import PersonData, find_or_create_person

if TYPE_CHECKING:
    from kangqiao.people.models import Person


@dataclass(frozen=True)
class Enrolment:
    """What the desk sends: an existing person or the data of one, the kind, and a package or panels."""

    kind_id: int
    person_id: int | None = None
    person: PersonData | None = None
    package_id: int | None = None
    panel_ids: Sequence[int] = field(default_factory=tuple)
    is_urgent: bool = False
    hbv_consent: bool = False
    allow_duplicate_person: bool = False
    note: str = ""


@transaction.atomic
def enroll_checkup(actor: Actor, enrolment: Enrolment) -> Checkup:
    """A numbered check-up with its panels, tubes and department visits. One open check-up of a person a day."""
    actor.require("checkup.checkup.enroll")
    person = _person(actor, enrolment)
    quote = make_quote(
        kind_id=enrolment.kind_id,
        package_id=enrolment.package_id,
        panel_ids=enrolment.panel_ids,
        sex=person.sex,
        birth_date=person.birth_date,
        hbv_consent=enrolment.hbv_consent,
    )
    if not quote.lines:
        raise Invalid.field("package_id", "请选择套餐或至少一个项目组合")
    if quote.blocking:
        refuse_problems(quote.blocking)
    lock_name("enroll", person.pk)
    _refuse_second_today(person)
    checkup = _write(actor, person, quote, enrolment)
    names = {"package": quote.package.name if quote.package else "", "panels": len(quote.lines)}
    record(actor, "checkup.enrolled", target=checkup, after={"checkup_no": checkup.checkup_no, **names})
    publish("checkup.enrolled", {"checkup_id": checkup.pk, "person_id": person.pk})
    announce(checkup)
    return checkup


def _person(actor: Actor, enrolment: Enrolment) -> Person:
    if enrolment.person_id is not None:
        person = get_person(enrolment.person_id)
        if not person.is_active:
            raise Conflict("person-inactive", "这份人员档案已停用或已被合并", "请重新查找并选用有效的档案")
        return person
    if enrolment.person is None:
        raise Invalid.field("person_id", "请先选择受检者或填写其资料")
    person, _ = find_or_create_person(actor, enrolment.person, allow_duplicate=enrolment.allow_duplicate_person)
    return person


def refuse_problems(problems: Sequence[Problem]) -> None:
    """Raise for the first blocking problem, with all of them listed."""
    first = problems[0]
    details = [{"panel_id": each.panel_id, "code": each.code, "text": each.text} for each in problems]
    status = 409 if first.code == "panel-overlap" else 422
    raise DomainError(first.code, "所选组合不能登记", status=status, detail=first.text, problems=details)


def _refuse_second_today(person: Person) -> None:
    other = (
        Checkup.objects.filter(person=person, enrolled_on=timezone.localdate())
        .exclude(status__in=[CheckupStatus.CANCELLED, CheckupStatus.VOID, CheckupStatus.NO_SHOW])
        .first()
    )
    if other is not None:
        raise Conflict(
            "checkup-open-today",
            "此人今天已登记",
            f"体检号 {other.checkup_no}，如需增加项目请用加项",
            checkup_id=other.pk,
            checkup_no=other.checkup_no,
        )


def _write(actor: Actor, person: Person, quote: Quote, enrolment: Enrolment) -> Checkup:
    now, today = timezone.now(), timezone.localdate()
    sequence = next_number("checkup_no", f"{today:%Y%m%d}")
    checkup = Checkup.objects.create(
        checkup_no=code_format.checkup_no(today, sequence),
        person=person,
        person_name=person.name,
        person_pinyin=person.pinyin_initials,
        sex=person.sex,
        birth_date=person.birth_date,
        age=age_on(person.birth_date, today),
        kind=quote.kind,
        package=quote.package,
        payment_status=PaymentStatus.UNPAID if quote.amount else PaymentStatus.PAID,
        is_urgent=enrolment.is_urgent,
        queue_no=sequence,
        enrolled_on=today,
        enrolled_at=now,
        enrolled_by_id=actor.id,
        enrolled_by_name=actor.name,
        list_amount=quote.list_amount,
        amount=quote.amount,
        hbv_consent=enrolment.hbv_consent,
        extra={"note": enrolment.note} if enrolment.note else {},
    )
    write_lines(checkup, quote.lines)
    return checkup


def write_lines(checkup: Checkup, lines: Sequence[QuoteLine], *, offset: int = 0) -> list[OrderedPanel]:
    """Ordered panels, their tubes, and a visit for each department that has none yet. Free panels are paid by definition."""
    specimens = write_specimens(checkup, plan_tubes([line.panel for line in lines]))
    rows = [
        OrderedPanel(
            checkup=checkup,
            panel=line.panel,
            department_id=line.panel.department_id,
            name=line.panel.name,
            sort_no=offset + place,
            specimen=specimens.get(line.panel.pk),
            list_price=line.panel.price,
            price=line.price,
            is_paid=not line.price,
            is_added=line.is_added,
            is_private=line.panel.is_private or line.panel.is_hepatitis_b,
        )
        for place, line in enumerate(lines, 1)
    ]
    OrderedPanel.objects.bulk_create(rows)
    departments = dict.fromkeys(line.panel.department_id for line in lines)
    visits = [DepartmentVisit(checkup=checkup, department_id=department_id) for department_id in departments]
    DepartmentVisit.objects.bulk_create(visits, ignore_conflicts=True)
    return rows


def write_specimens(checkup: Checkup, tubes: Sequence[Tube]) -> dict[int, Specimen]:
    """A barcode for each tube; the result maps panel ids to their tube."""
    if not tubes:
        return {}
    today = timezone.localdate()
    first = next_number("specimen_barcode", f"{today:%Y%m%d}", len(tubes))
    rows = [
        Specimen(
            checkup=checkup,
            barcode=code_format.specimen_barcode(today, first + place),
            tube_kind_id=tube.first.tube_kind_id,
            specimen_kind_id=tube.first.specimen_kind_id,
            department_id=tube.first.department_id,
            timing=_timing(tube.panels),
            label="、".join(panel.label_name or panel.name for panel in tube.panels)[:120],
            copies=tube.copies,
            is_blood=tube.first.tube_kind_id is not None,
        )
        for place, tube in enumerate(tubes)
    ]
    Specimen.objects.bulk_create(rows)
    return {panel.pk: row for row, tube in zip(rows, tubes, strict=True) for panel in tube.panels}


def _timing(panels: Sequence[CheckupPanel]) -> str:
    """The strictest timing of the panels in one tube."""
    timings = {panel.timing for panel in panels}
    for timing in (SpecimenTiming.AFTER_MEAL, SpecimenTiming.FASTING):
        if timing in timings:
            return timing.value
    return SpecimenTiming.ORDINARY.value
