"""The demo examinees look like a working day and hang together."""

from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from stdnum.cn import ric

from kangqiao.checkup.demo import DemoExaminee, DemoVisit, examinees
from kangqiao.checkup.demo.readings import measured
from kangqiao.checkup.rules.advice_rule import AdviceRule, Facts, MergeRule
from kangqiao.checkup.rules.blood_pressure import Reading, average, refuse_reading
from kangqiao.checkup.rules.bmi import bmi
from kangqiao.checkup.rules.conclusion import Finding, RuleBook, Term, TermCategory, draft_conclusion
from kangqiao.checkup.rules.guards import refuse_package
from kangqiao.checkup.rules.plain import age_days, age_years
from kangqiao.checkup.rules.ranges import choose_range, flag_number
from kangqiao.checkup.rules.transitions import all_settled, status_after_panels_changed
from kangqiao.checkup.seed import load

pytestmark = pytest.mark.feature("I-13")

TODAY = date(2026, 11, 23)
SEED = load()
PEOPLE = examinees(today=TODAY)
ITEMS = {i.code: i for i in SEED.items}
PANELS = {p.code: p for p in SEED.panels}
FINDINGS = {f.code: f for f in SEED.findings}
PACKAGES = {p.code: p for p in SEED.packages}


def visits() -> list[tuple[DemoExaminee, DemoVisit]]:
    return [(p, v) for p in PEOPLE for v in (*p.past_visits, p.visit)]


def test_the_sample_is_three_hundred_real_bodies_the_rules_accept() -> None:
    sample = measured()
    assert len(sample) == 300
    assert len({m.source_id for m in sample}) == 300
    assert {"58826", "55721"} <= {m.source_id for m in sample}
    for m in sample:
        assert bmi(m.height_cm, m.weight_kg) is not None
        assert all(refuse_reading(r) is None for r in m.pressures)


def test_the_day_has_people_in_every_state() -> None:
    states = Counter(str(p.visit.status) for p in PEOPLE)
    assert states == {
        "enrolled": 60,
        "checked_in": 40,
        "examining": 80,
        "departments_done": 30,
        "in_conclusion": 4,
        "concluded": 16,
        "reviewed": 20,
        "released": 50,
    }


def test_the_same_seed_gives_the_same_people_and_another_does_not() -> None:
    few = examinees(20, seed=5, today=TODAY)
    assert few == examinees(20, seed=5, today=TODAY)
    assert few != examinees(20, seed=6, today=TODAY)


def test_identities_are_valid_and_tell_sex_and_birthday() -> None:
    for p in PEOPLE:
        assert ric.is_valid(p.id_number), p.id_number
        assert ric.get_birth_date(p.id_number) == p.birth_date
        assert (int(p.id_number[16]) % 2 == 1) is (p.sex == "male")
        assert len(p.phone) == 11
        assert p.phone.startswith("199")
    assert len({p.id_number for p in PEOPLE}) == len(PEOPLE)
    assert len({p.phone for p in PEOPLE}) == len(PEOPLE)


def test_hard_names_occur() -> None:
    names = [p.name for p in PEOPLE]
    assert "陈𠮷祥" in names
    assert any("·" in name for name in names)
    assert names.count("张伟") >= 2
    assert {p.ethnicity_code for p in PEOPLE} <= {e.code for e in SEED.ethnicities}
    assert {p.marriage_code for p in PEOPLE} <= {m.code for m in SEED.marriages}


def test_every_package_suits_its_person() -> None:
    for p, v in visits():
        package = PACKAGES[v.package_code]
        limits = {"sex_limit": package.sex_limit, "age_min": package.age_min, "age_max": package.age_max}
        assert refuse_package(package.name, **limits, sex=p.sex, age=v.age) is None
        assert v.age == age_years(p.birth_date, v.day)
        assert [panel.panel_code for panel in v.panels] == [line.panel_code for line in package.lines]


@pytest.mark.parametrize("until", [time(8, 0), time(11, 0), time(23, 30), time(0, 45)])
def test_times_ascend_and_never_lie_in_the_future(until: time) -> None:
    now = datetime.combine(TODAY, until)
    for p in examinees(300, today=TODAY, until=until):
        t = p.visit.times
        steps = [t.enrolled_at, t.checked_in_at, t.departments_done_at, t.concluded_at, t.reviewed_at, t.released_at]
        known = [s for s in steps if s is not None]
        assert known == sorted(known)
        assert known == steps[: len(known)]
        assert t.enrolled_at.date() == p.visit.day
        assert known[-1] <= now
        assert all(t.enrolled_at <= panel.done_at <= now for panel in p.visit.panels if panel.done_at)


def test_panels_agree_with_the_state_of_the_checkup() -> None:
    for _, v in visits():
        states = [panel.status for panel in v.panels]
        if v.status in ("enrolled", "checked_in"):
            assert set(states) == {"pending"}
        elif v.status == "examining":
            assert status_after_panels_changed(v.status, states) == "examining"
        else:
            assert all_settled(states)
    given_up = [panel for _, v in visits() for panel in v.panels if panel.status == "declined"]
    assert given_up
    assert all(panel.reason for panel in given_up)


def test_results_belong_to_done_panels_and_fit_their_items() -> None:
    for _, v in visits():
        done = {c for panel in v.panels if panel.status == "done" for c in PANELS[panel.panel_code].item_codes}
        sampled = {c for panel in v.panels if panel.status == "sampled" for c in PANELS[panel.panel_code].item_codes}
        assert set(v.results) <= done
        assert set(v.awaited) <= sampled
        for result in (*v.results.values(), *v.awaited.values()):
            item = ITEMS[result.item_code]
            if item.result_kind != "numeric":
                assert FINDINGS[result.finding_code].text == result.value
                continue
            assert result.numeric is not None
            assert Decimal(result.value) == result.numeric
            assert -int(result.numeric.as_tuple().exponent) == item.decimals, item.code
            assert item.valid_min is not None
            assert item.valid_min <= result.numeric
            assert item.valid_max is not None
            assert result.numeric <= item.valid_max


def test_required_items_of_done_panels_have_results() -> None:
    for _, v in visits():
        for panel in v.panels:
            if panel.status != "done":
                continue
            missing = [
                r.item_code for r in PANELS[panel.panel_code].items if r.is_required and r.item_code not in v.results
            ]
            assert set(missing) <= {"LDL"}, (panel.panel_code, missing)


def test_pressures_are_the_real_readings_averaged_by_the_guideline() -> None:
    by_source = {m.source_id: m for m in measured()}
    for p in PEOPLE:
        sbp, dbp = p.visit.results.get("SBP"), p.visit.results.get("DBP")
        if sbp is None or dbp is None:
            continue
        readings = [Reading(int(s), int(d)) for s, d in zip(sbp.readings, dbp.readings, strict=True)]
        assert tuple(readings) == by_source[p.source_id].pressures[: len(readings)]
        mean = average(readings)
        assert mean.complete
        assert mean.mean == Reading(int(sbp.value), int(dbp.value))


def test_some_people_have_three_years_of_history() -> None:
    depths = Counter(len(p.past_visits) for p in PEOPLE)
    assert depths[3] >= 10
    assert sum(n for years, n in depths.items() if years) >= 60
    for p in PEOPLE:
        days = [v.day for v in p.past_visits] + [p.visit.day]
        assert days == sorted(set(days))


BOOK = RuleBook(
    terms={
        t.code: Term(t.code, t.name, t.level, TermCategory(t.category), t.weight, t.sex_limit, advice=t.advice)
        for t in SEED.terms
    },
    rules=[
        AdviceRule(r.code, r.term_code, r.expression, frozenset(r.absorbs), r.priority)
        for r in SEED.advice_rules
        if r.kind != "merge"
    ],
    merges=[MergeRule(r.code, frozenset(r.absorbs), r.term_code) for r in SEED.advice_rules if r.kind == "merge"],
)


def conclude(p: DemoExaminee, v: DemoVisit) -> list[str]:
    findings, lines, flags, numbers = [], [], {}, {}
    for result in v.results.values():
        if result.numeric is None:
            found = FINDINGS[result.finding_code]
            findings.append(Finding(found.term_code, found.long_text or found.text, item_code=result.item_code))
            continue
        ranges = [r.range for r in SEED.confirmed_ranges if r.range.item_code == result.item_code]
        chosen = choose_range(ranges, sex=p.sex, age_days=age_days(p.birth_date, v.day), on=v.day)
        flagged = flag_number(result.numeric, chosen)
        numbers[result.item_code], flags[result.item_code] = result.numeric, flagged.flag
        lines.append(Finding("", f"{ITEMS[result.item_code].name} {result.value}", item_code=result.item_code))
        if flagged.term:
            findings.append(Finding(flagged.term, lines[-1].text, item_code=result.item_code))
    facts = Facts(p.sex, v.age, numbers, flags)
    return [e.term.name for e in draft_conclusion(findings, facts, BOOK, item_findings=lines).entries]


@pytest.mark.feature("I-19")
def test_conclusions_of_the_finished_are_as_many_as_a_doctor_expects() -> None:
    finished = [p for p in PEOPLE if p.visit.status in ("departments_done", "concluded", "reviewed", "released")]
    counts = sorted(len(conclude(p, p.visit)) for p in finished)
    assert counts[0] <= 4
    assert 4 <= counts[len(counts) // 2] <= 12
    assert counts[-1] <= 25
