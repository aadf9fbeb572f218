"""What the desk chooses from: packages that fit, panels that may be added, and a quote."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from kangqiao.checkup.models import CheckupKind, CheckupPackage, CheckupPanel, PackageLine
from kangqiao.checkup.selectors.quoting import (
    Problem,
    Quote,
    QuoteLine,
    items_by_panel,
    load_panels,
    misfit,
    overlaps,
    preparation,
)
from kangqiao.people.enums import Sex

FOUND_PANELS = 30


def package_choices(
    *, sex: str = "", age: int | None = None, marriage: str = "", kind_id: int | None = None
) -> list[dict[str, Any]]:
    """Active packages, fitting ones first; the others say why not. Three queries."""
    rows = CheckupPackage.objects.filter(is_active=True).select_related("kind")
    if kind_id is not None:
        rows = rows.filter(kind_id=kind_id)
    packages = list(rows)
    lines: dict[int, list[int]] = {package.pk: [] for package in packages}
    for line in PackageLine.objects.filter(package_id__in=list(lines)).order_by("sort_no", "id"):
        lines[line.package_id].append(line.panel_id)
    items = items_by_panel({panel_id for panel_ids in lines.values() for panel_id in panel_ids})
    choices = []
    for package in packages:
        reason = misfit(package, sex, age, marriage)
        panel_ids = lines[package.pk]
        choices.append(
            {
                "id": package.pk,
                "code": package.code,
                "name": package.name,
                "kind": package.kind.name,
                "kind_id": package.kind_id,
                "scope": scope_words(package),
                "panel_count": len(panel_ids),
                "item_count": len({row.item_id for panel_id in panel_ids for row in items[panel_id]}),
                "list_price": package.list_price,
                "price": package.price,
                "fit": not reason,
                "misfit": reason,
                "panel_ids": panel_ids,
            }
        )
    return sorted(choices, key=lambda choice: not choice["fit"])


def scope_words(package: CheckupPackage) -> str:
    """`男 40–59 岁`."""
    parts = [str(Sex(package.sex_limit).label)] if package.sex_limit else []
    low, high = package.age_min, package.age_max
    if low is not None and high is not None:
        parts.append(f"{low}–{high} 岁")
    elif low is not None:
        parts.append(f"{low} 岁及以上")
    elif high is not None:
        parts.append(f"{high} 岁及以下")
    return " ".join(parts) or "不限"


def panel_choices(
    *, text: str = "", sex: str = "", kind_id: int | None = None, selected: Sequence[int] = ()
) -> list[dict[str, Any]]:
    """Panels by code, pinyin or name, each with a verdict against what is already chosen. Five queries."""
    rows = CheckupPanel.objects.filter(is_active=True).exclude(pk__in=selected)
    wanted = text.strip()
    if wanted:
        match = Q(code__istartswith=wanted) | Q(pinyin__startswith=wanted.upper()) | Q(name__icontains=wanted)
        rows = rows.filter(match)
    found = list(rows.select_related("department", "tube_kind", "specimen_kind")[:FOUND_PANELS])
    chosen = load_panels(selected)
    items = items_by_panel([*(panel.pk for panel in found), *chosen])
    present = [QuoteLine(panel, panel.price, False, items[pk]) for pk, panel in chosen.items()]
    kind = CheckupKind.objects.filter(pk=kind_id).first() if kind_id else None
    return [_panel_choice(QuoteLine(panel, panel.price, True, items[panel.pk]), present, sex, kind) for panel in found]


def _panel_choice(line: QuoteLine, present: list[QuoteLine], sex: str, kind: CheckupKind | None) -> dict[str, Any]:
    panel = line.panel
    problems = overlaps([*present, line])
    if panel.sex_limit and sex and sex != panel.sex_limit:
        text = f"只适用于{Sex(panel.sex_limit).label}性"
        problems.insert(0, Problem(panel.pk, "panel-sex-mismatch", text, True))
    if kind is not None and kind.forbids_hepatitis_b and panel.is_hepatitis_b:
        problems.insert(0, Problem(panel.pk, "panel-forbidden-for-kind", f"{kind.name}不得包含乙肝项目", True))
    worst = max(problems, key=lambda problem: problem.blocking, default=None)
    verdict = "ok" if worst is None else ("refused" if worst.blocking else "overlap")
    note = worst.text if worst else ("须本人申请并签署知情同意书" if panel.is_hepatitis_b else "")
    return {
        "id": panel.pk,
        "code": panel.code,
        "name": panel.name,
        "department_id": panel.department_id,
        "department": panel.department.name,
        "price": panel.price,
        "preparation": preparation(panel),
        "item_count": len(line.items),
        "verdict": verdict,
        "note": note,
    }


def quote_block(quote: Quote) -> dict[str, Any]:
    """A quote as the desk shows it."""
    by_panel = {problem.panel_id: problem.text for problem in quote.problems}
    tubes = quote.tubes
    return {
        "lines": [
            {
                "panel_id": line.panel.pk,
                "name": line.panel.name,
                "department_id": line.panel.department_id,
                "department": line.panel.department.name,
                "preparation": preparation(line.panel),
                "list_price": line.panel.price,
                "price": line.price,
                "payer": "individual",
                "is_added": line.is_added,
                "problem": by_panel.get(line.panel.pk, ""),
            }
            for line in quote.lines
        ],
        "panel_count": len(quote.lines),
        "item_count": quote.item_count,
        "tube_count": sum(tube.first.tube_kind_id is not None for tube in tubes),
        "label_count": sum(tube.copies for tube in tubes),
        "list_amount": quote.list_amount,
        "discount_amount": quote.list_amount - quote.amount,
        "amount": quote.amount,
        "problems": [problem.__dict__ for problem in quote.problems],
    }
