"""A department's queue."""

from datetime import date
from typing import Any

from django.db.models import Case, Count, Min, Q, QuerySet, Value, When
from django.utils import timezone

from kangqiao.checkup.enums import CheckupStatus, DepartmentKind, VisitState
from kangqiao.checkup.models import CheckupDepartment, DepartmentVisit
from kangqiao.checkup.selectors.checkups import board, board_cells, minutes_since
from kangqiao.core.actor import Actor
from kangqiao.core.api import ListQuery, page_of
from kangqiao.core.errors import NotFound
from kangqiao.people.enums import Sex

QUEUED = (VisitState.WAITING, VisitState.CALLED, VisitState.SKIPPED)


def list_stations(actor: Actor) -> list[dict[str, Any]]:
    """Active departments with their queue's figures, the actor's own first. Two queries."""
    today = timezone.localdate()
    waiting = Q(is_queued=True, state__in=QUEUED)
    counts: dict[int, Any] = {
        row["department_id"]: row
        for row in DepartmentVisit.objects.filter(Q(is_queued=True) & ~Q(state=VisitState.DONE) | Q(done_on=today))
        .values("department_id")
        .annotate(
            waiting=Count("id", filter=waiting),
            examining=Count("id", filter=Q(state=VisitState.EXAMINING)),
            done=Count("id", filter=Q(state=VisitState.DONE, done_on=today)),
            longest=Min("queued_at", filter=waiting & Q(queued_at__date=today)),
        )
    }
    rows = []
    for department in CheckupDepartment.objects.filter(is_active=True).exclude(kind=DepartmentKind.CONCLUSION):
        found: dict[str, Any] = {**counts.get(department.pk, {})}
        rows.append(
            {
                "id": department.pk,
                "code": department.code,
                "name": department.name,
                "kind": department.kind,
                "location": department.location,
                "waiting": found.get("waiting", 0),
                "examining": found.get("examining", 0),
                "done_today": found.get("done", 0),
                "longest_minutes": minutes_since(found.get("longest")),
                "own": department.department_id in actor.department_ids,
            }
        )
    return sorted(rows, key=lambda row: not row["own"])


def worklist(
    department_id: int, *, state: str = "waiting", text: str = "", on: date | None = None
) -> "QuerySet[DepartmentVisit]":
    """The queue in the order of service: examining, then urgent, then who waits longest; skipped ones last. `state` may be done or all."""
    rows = DepartmentVisit.objects.filter(department_id=department_id).select_related("checkup")
    waiting = Q(is_queued=True) & ~Q(state=VisitState.DONE)
    finished = Q(state=VisitState.DONE, done_on=on or timezone.localdate())
    rows = rows.filter({"waiting": waiting, "done": finished}.get(state, waiting | finished))
    wanted = text.strip()
    if wanted.isdigit():
        rows = rows.filter(checkup__checkup_no__startswith=wanted)
    elif wanted:
        by_pinyin = Q(checkup__person_pinyin__startswith=wanted.upper())
        rows = rows.filter(by_pinyin if wanted.isascii() else Q(checkup__person_name__startswith=wanted))
    if state == "done":
        return rows.order_by("-done_at")
    place = Case(
        When(state=VisitState.EXAMINING, then=Value(0)), When(state=VisitState.SKIPPED, then=Value(2)), default=Value(1)
    )
    return rows.order_by(place, "-checkup__is_urgent", "queued_at", "id")


def worklist_row(visit: DepartmentVisit) -> dict[str, Any]:
    checkup = visit.checkup
    waiting = visit.state in QUEUED
    tags = ["加急"] if checkup.is_urgent else []
    if checkup.age is not None and checkup.age >= 60:
        tags.append("60 岁以上")
    return {
        "checkup_id": checkup.pk,
        "checkup_no": checkup.checkup_no,
        "queue_no": checkup.queue_no,
        "name": checkup.person_name,
        "sex": checkup.sex,
        "sex_label": Sex(checkup.sex).label,
        "age": checkup.age,
        "state": visit.state,
        "state_label": VisitState(visit.state).label,
        "waiting_minutes": minutes_since(visit.queued_at) if waiting else 0,
        "calls": visit.calls,
        "doctor": visit.doctor_name,
        "done_at": visit.done_at,
        "tags": tags,
    }


def queue_figures(department_id: int) -> dict[str, Any]:
    """Waiting people and the longest wait in minutes. One query."""
    rows = DepartmentVisit.objects.filter(department_id=department_id, is_queued=True, state__in=QUEUED)
    found = rows.aggregate(waiting=Count("id"), longest=Min("queued_at"))
    return {"waiting": found["waiting"], "longest_minutes": minutes_since(found["longest"]) or 0}


def worklist_page(department_id: int, query: ListQuery) -> dict[str, Any]:
    """The queue with its figures. Four queries."""
    department = CheckupDepartment.objects.filter(pk=department_id).first()
    if department is None:
        raise NotFound("没有这个体检科室", "请刷新后重新选择诊台")
    rows = worklist(department_id, state=getattr(query, "state", "waiting"), text=query.q)
    return {
        "department": {
            "id": department.pk,
            "name": department.name,
            "kind": department.kind,
            "location": department.location,
            "has_summary": department.has_summary,
        },
        **queue_figures(department_id),
        **page_of(rows, query, out=worklist_row),
    }


def board_page(actor: Actor, query: ListQuery) -> dict[str, Any]:
    """People in the house against departments. Six queries."""
    rows = board(query.q)
    start = (query.page - 1) * query.page_size
    checkups = list(rows[start : start + query.page_size])
    cells, levels = board_cells(checkups)
    departments = [
        {
            "id": row["id"],
            "name": row["name"],
            "waiting": row["waiting"],
            "examining": row["examining"],
            "done": row["done_today"],
            "longest_minutes": row["longest_minutes"],
        }
        for row in list_stations(actor)
    ]
    items = [
        {
            "checkup_id": checkup.pk,
            "checkup_no": checkup.checkup_no,
            "queue_no": checkup.queue_no,
            "name": checkup.person_name,
            "sex_label": Sex(checkup.sex).label,
            "age": checkup.age,
            "status": checkup.status,
            "status_label": CheckupStatus(checkup.status).label,
            "minutes_in_hospital": minutes_since(checkup.checked_in_at),
            "package": checkup.package.name if checkup.package else "自选组合",
            "is_urgent": checkup.is_urgent,
            "max_level": levels.get(checkup.pk),
            "cells": cells.get(checkup.pk, []),
        }
        for checkup in checkups
    ]
    return {"departments": departments, "items": items, "count": rows.count()}
