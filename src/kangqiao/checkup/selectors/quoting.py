"""What an enrolment would contain: its panels with prices, the tubes they need, and what stands against them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from kangqiao.checkup.enums import SpecimenTiming
from kangqiao.checkup.models import CheckupKind, CheckupPackage, CheckupPanel, PackageLine, PanelItem
from kangqiao.core.errors import NotFound
from kangqiao.people.enums import Sex
from kangqiao.people.rules import age_on

MONEY = Decimal("0.01")


@dataclass(frozen=True)
class Problem:
    """Why a panel should not or must not be in this check-up."""

    panel_id: int
    code: str
    text: str
    blocking: bool


@dataclass
class QuoteLine:
    panel: CheckupPanel
    price: Decimal
    is_added: bool
    items: list[PanelItem] = field(default_factory=list)


@dataclass
class Tube:
    """Panels that share one labelled tube or cup."""

    panels: list[CheckupPanel]

    @property
    def first(self) -> CheckupPanel:
        return self.panels[0]

    @property
    def copies(self) -> int:
        return max(panel.label_copies for panel in self.panels)


@dataclass
class Quote:
    kind: CheckupKind
    package: CheckupPackage | None
    lines: list[QuoteLine]
    problems: list[Problem]

    @property
    def list_amount(self) -> Decimal:
        return sum((line.panel.price for line in self.lines), Decimal("0.00"))

    @property
    def amount(self) -> Decimal:
        return sum((line.price for line in self.lines), Decimal("0.00"))

    @property
    def tubes(self) -> list[Tube]:
        return plan_tubes([line.panel for line in self.lines])

    @property
    def item_count(self) -> int:
        return len({row.item_id for line in self.lines for row in line.items})

    @property
    def blocking(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.blocking]


def plan_tubes(panels: Iterable[CheckupPanel]) -> list[Tube]:
    """One tube for each tube kind, specimen, laboratory, merge key and timing: fasting and after-meal blood never share one."""
    groups: dict[tuple[object, ...], list[CheckupPanel]] = defaultdict(list)
    for panel in panels:
        if panel.tube_kind_id or panel.specimen_kind_id:
            after_meal = panel.timing == SpecimenTiming.AFTER_MEAL
            key = (panel.department_id, panel.tube_kind_id, panel.specimen_kind_id, panel.barcode_class, after_meal)
            groups[key].append(panel)
    return [Tube(group) for group in groups.values()]


def load_panels(panel_ids: Iterable[int]) -> dict[int, CheckupPanel]:
    """Active panels with department, tube and specimen. Raises NotFound when one is missing or retired."""
    wanted = set(panel_ids)
    rows = CheckupPanel.objects.filter(pk__in=wanted, is_active=True)
    found = {panel.pk: panel for panel in rows.select_related("department", "tube_kind", "specimen_kind")}
    if wanted - set(found):
        raise NotFound("有的项目组合已停用", "请刷新组合列表后重新选择", panel_ids=sorted(wanted - set(found)))
    return found


def items_by_panel(panel_ids: Iterable[int]) -> dict[int, list[PanelItem]]:
    rows = PanelItem.objects.filter(panel_id__in=list(panel_ids), item__is_active=True).select_related("item")
    grouped: dict[int, list[PanelItem]] = defaultdict(list)
    for row in rows.order_by("panel_id", "sort_no", "id"):
        grouped[row.panel_id].append(row)
    return grouped


def make_quote(
    *,
    kind_id: int,
    package_id: int | None,
    panel_ids: Sequence[int],
    sex: str,
    birth_date: date | None,
    hbv_consent: bool = False,
    on: date | None = None,
) -> Quote:
    """Lines of the package in its order, then added panels, with every problem found. Six queries."""
    kind = CheckupKind.objects.filter(pk=kind_id, is_active=True).first()
    if kind is None:
        raise NotFound("没有这个体检类别", "请重新选择体检类别")
    package, package_lines = _package(package_id)
    packaged = {line.panel_id: line.price for line in package_lines}
    added = [panel_id for panel_id in dict.fromkeys(panel_ids) if panel_id not in packaged]
    panels = load_panels([*packaged, *added])
    items = items_by_panel(panels)
    lines = [QuoteLine(panels[pk], price, False, items[pk]) for pk, price in packaged.items()]
    lines += [QuoteLine(panels[pk], panels[pk].price, True, items[pk]) for pk in added]
    age = age_on(birth_date, on or timezone.localdate())
    problems = [*_package_problems(package, sex, age), *_line_problems(lines, kind, sex, hbv_consent), *overlaps(lines)]
    return Quote(kind, package, lines, problems)


def _package(package_id: int | None) -> tuple[CheckupPackage | None, list[PackageLine]]:
    if package_id is None:
        return None, []
    package = CheckupPackage.objects.filter(pk=package_id, is_active=True).first()
    if package is None:
        raise NotFound("没有这个套餐", "套餐可能已停用，请重新选择")
    return package, list(package.lines.order_by("sort_no", "id"))


def misfit(package: CheckupPackage, sex: str, age: int | None, marriage: str = "") -> str:
    """Why a package is not meant for this person; empty when it fits or nothing is known."""
    if package.sex_limit and sex in (Sex.MALE, Sex.FEMALE) and package.sex_limit != sex:
        return "性别不符"
    if age is not None and not (package.age_min or 0) <= age <= (package.age_max or 200):
        return "年龄不符"
    return "婚姻不符" if package.marriage and marriage and package.marriage != marriage else ""


def _package_problems(package: CheckupPackage | None, sex: str, age: int | None) -> list[Problem]:
    if package is None or not (reason := misfit(package, sex, age)):
        return []
    blocking = reason == "性别不符"
    return [Problem(0, "package-misfit", f"套餐“{package.name}”与受检者{reason}，请改选套餐", blocking)]


def _line_problems(lines: list[QuoteLine], kind: CheckupKind, sex: str, hbv_consent: bool) -> list[Problem]:
    found = []
    for line in lines:
        panel = line.panel
        if panel.sex_limit and sex != panel.sex_limit:
            word = Sex(panel.sex_limit).label
            found.append(
                Problem(panel.pk, "panel-sex-mismatch", f"“{panel.name}”只适用于{word}性，请去掉或核对性别", True)
            )
        if panel.is_hepatitis_b and kind.forbids_hepatitis_b:
            text = f"{kind.name}不得包含乙肝项目（卫办政法发〔2011〕14号），请去掉“{panel.name}”"
            found.append(Problem(panel.pk, "panel-forbidden-for-kind", text, True))
        elif panel.is_hepatitis_b and not hbv_consent:
            text = f"“{panel.name}”须受检者本人提出并签署知情同意书，请先勾选“已签同意书”"
            found.append(Problem(panel.pk, "hbv-consent-required", text, True))
    return found


def overlaps(lines: Sequence[QuoteLine]) -> list[Problem]:
    """An added panel wholly contained in another is refused; one that shares some items or a body part is pointed out."""
    found = []
    for line in lines:
        if not line.is_added:
            continue
        mine = {row.item_id for row in line.items}
        for other in lines:
            if other is line:
                continue
            theirs = {row.item_id for row in other.items}
            shared = mine & theirs
            if mine and mine <= theirs:
                text = f"{len(mine)} 项全部含在「{other.panel.name}」内"
                found.append(Problem(line.panel.pk, "panel-overlap", text, True))
            elif shared:
                text = f"有 {len(shared)} 项与「{other.panel.name}」重复"
                found.append(Problem(line.panel.pk, "panel-shares-items", text, False))
            elif line.panel.overlap_group and line.panel.overlap_group == other.panel.overlap_group:
                text = f"已选「{other.panel.name}」，部位重复"
                found.append(Problem(line.panel.pk, "panel-same-part", text, False))
    return found


def preparation(panel: CheckupPanel) -> str:
    """`黄管 · 空腹` for the desk and the guide sheet."""
    parts = []
    if panel.tube_kind:
        volume = f" {panel.tube_kind.volume_ml:g} mL" if panel.tube_kind.volume_ml else ""
        parts.append(f"{panel.tube_kind.color_word}{volume}")
    elif panel.specimen_kind:
        parts.append(panel.specimen_kind.name)
    if panel.timing != SpecimenTiming.ORDINARY:
        parts.append(str(SpecimenTiming(panel.timing).label))
    if panel.needs_full_bladder:
        parts.append("憋尿")
    return " · ".join(parts) or panel.guide_text
