"""Important findings (重要异常结果管理专家共识 2019): found with the results, told to the person, recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import CRITICAL_FLAGS, Level, NotifyHow
from kangqiao.checkup.models import Checkup, ImportantFinding, ImportantRule, ItemResult
from kangqiao.checkup.rules.advice_rule import Facts, holds, items_in
from kangqiao.checkup.rules.ranges import ResultFlag
from kangqiao.checkup.selectors.sheets import rule_sex
from kangqiao.checkup.services.pressure import DIASTOLIC, SYSTOLIC
from kangqiao.checkup.services.progress import lock_checkup
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, Invalid, NotFound
from kangqiao.core.outbox import publish
from kangqiao.core.realtime import notify

NOTIFY_WITHIN_MINUTES = 120


@dataclass(frozen=True)
class Found:
    """A finding that the present results say; `key` names it once for each check-up."""

    key: str
    level: str
    name: str
    evidence: str
    result_id: int | None
    minutes: int = NOTIFY_WITHIN_MINUTES


def facts_of(checkup: Checkup, results: Iterable[ItemResult]) -> Facts:
    """Performed results as the condition trees see them."""
    done = [row for row in results if row.value]
    return Facts(
        sex=rule_sex(checkup.sex),
        age=checkup.age,
        numbers={row.item.code: row.numeric for row in done if row.numeric is not None},
        flags={row.item.code: ResultFlag(row.flag) for row in done},
    )


def evidence_text(row: ItemResult) -> str:
    """`空腹血糖 7.4 mmol/L ↑`."""
    return " ".join(part for part in (row.item.name, row.value, row.unit, row.prompt) if part)


def active_rules() -> list[ImportantRule]:
    return list(ImportantRule.objects.filter(is_active=True))


def find_important(checkup: Checkup, results: Iterable[ItemResult], rules: Iterable[ImportantRule]) -> list[Found]:
    """The hospital's active rules, worst first, and critical flags of items that no class A rule has spoken of."""
    by_code = {row.item.code: row for row in results if row.value}
    facts = facts_of(checkup, by_code.values())
    found: list[Found] = []
    covered: set[str] = set()
    for rule in sorted(rules, key=lambda rule: (rule.level, rule.sort_no)):
        items = items_in(rule.expression) if rule.expression else frozenset()
        if not items or items <= covered or not holds(rule.expression, facts):
            continue
        covered |= items if rule.level == Level.A else set()
        shown = [by_code[code] for code in sorted(items, reverse=True) if code in by_code]
        found.append(
            Found(
                f"rule:{rule.code}", rule.level, rule.name, evidence_of(shown), shown[0].pk, rule.notify_within_minutes
            )
        )
    found += [
        Found(f"item:{code}", Level.A.value, f"{row.item.name}危急值", evidence_text(row), row.pk)
        for code, row in by_code.items()
        if row.flag in CRITICAL_FLAGS and code not in covered
    ]
    return found


def evidence_of(rows: list[ItemResult]) -> str:
    """What a rule rests on; the two pressures speak together."""
    by_code = {row.item.code: row for row in rows}
    if by_code.keys() == {SYSTOLIC, DIASTOLIC}:
        return f"血压 {by_code[SYSTOLIC].value}/{by_code[DIASTOLIC].value} mmHg"
    return "，".join(evidence_text(row) for row in rows)[:200]


def refresh_findings(actor: Actor, checkup: Checkup, results: Iterable[ItemResult]) -> list[ImportantFinding]:
    """Bring the rows in step with the results: new ones are announced, vanished ones withdrawn unless already told. The new ones."""
    now = timezone.now()
    found = {each.key: each for each in find_important(checkup, results, active_rules())}
    known = {row.key: row for row in ImportantFinding.objects.filter(checkup=checkup)}
    fresh = [
        ImportantFinding(
            checkup=checkup,
            result_id=each.result_id,
            key=each.key,
            level=each.level,
            name=each.name,
            evidence=each.evidence,
            found_at=now,
            due_at=now + timedelta(minutes=each.minutes) if each.level == "A" else None,
        )
        for key, each in found.items()
        if key not in known
    ]
    ImportantFinding.objects.bulk_create(fresh)
    for key, row in known.items():
        _follow(row, found.get(key))
    for row in fresh:
        record(actor, "checkup.important_found", target=checkup, after={"level": row.level, "name": row.name})
        publish("checkup.important_found", {"checkup_id": checkup.pk, "finding_id": row.pk, "level": row.level})
    if fresh:
        notify("checkup", checkup.pk, {"kind": "important_finding"})
    return fresh


def _follow(row: ImportantFinding, found: Found | None) -> None:
    """An old finding whose result was corrected is withdrawn; one that is back counts again."""
    if found is None:
        if row.withdrawn_at is None and row.notified_at is None:
            row.withdrawn_at = timezone.now()
            row.save(update_fields=["withdrawn_at", "updated_at"])
    elif row.withdrawn_at is not None or row.evidence != found.evidence:
        row.withdrawn_at, row.evidence, row.level = None, found.evidence, found.level
        row.save(update_fields=["withdrawn_at", "evidence", "level", "updated_at"])


@transaction.atomic
def notify_important(actor: Actor, finding_id: int, *, how: str, told: str, note: str = "") -> ImportantFinding:
    """Record that the person (or whom he named) was told of an important finding."""
    actor.require("checkup.result.write") if not actor.may("checkup.conclusion.write") else None
    if how not in NotifyHow.values:
        raise Invalid.field("how", "请选择告知方式：电话、当面或短信")
    if not told.strip():
        raise Invalid.field("told", "请填写告知了谁")
    finding = ImportantFinding.objects.filter(pk=finding_id).first()
    if finding is None:
        raise NotFound("没有这条重要异常", "请刷新后再试")
    checkup = lock_checkup(finding.checkup_id)
    finding.refresh_from_db()
    if finding.notified_at is not None:
        at = timezone.localtime(finding.notified_at)
        raise Conflict("already-notified", f"已由{finding.notified_by_name}于 {at:%m-%d %H:%M} 告知", "无需重复登记")
    finding.notified_at, finding.notified_by_name = timezone.now(), actor.name
    finding.how, finding.told, finding.note = how, told.strip()[:60], note.strip()[:200]
    finding.save()
    after = {"name": finding.name, "how": how, "told": finding.told}
    record(actor, "checkup.important_notified", target=checkup, after=after)
    publish("checkup.important_notified", {"checkup_id": checkup.pk, "finding_id": finding.pk})
    notify("checkup", checkup.pk, {"kind": "important_finding"})
    return finding
