"""Department summary by checkup.md 4.8."""

import pytest

from kangqiao.checkup.rules.ranges import ResultFlag
from kangqiao.checkup.rules.summary import SummaryItem, build_department_summary, refresh_summary

pytestmark = pytest.mark.feature("I-17")

HIGH_ALT = SummaryItem(
    "ALT",
    "谷丙转氨酶",
    numeric=True,
    value="80",
    unit="U/L",
    flag=ResultFlag.HIGH,
    prompt="↑",
    range_text="9–50",
    sort=2,
)
NORMAL_AST = SummaryItem("AST", "谷草转氨酶", numeric=True, value="20", unit="U/L", sort=3)
FATTY = SummaryItem(
    "LIVER", "肝脏", value="脂肪肝", finding_text="脂肪肝（轻度）", flag=ResultFlag.ABNORMAL, severity=2, sort=1
)


def text_of(*items: SummaryItem, **options) -> str:
    found = build_department_summary(items, **options)
    assert found is not None
    return found.text


def test_abnormal_numbers_show_value_direction_and_reference() -> None:
    assert text_of(HIGH_ALT, NORMAL_AST) == "谷丙转氨酶 80U/L ↑（参考 9–50）"


def test_severity_comes_before_item_order() -> None:
    worse = SummaryItem("X", "甲状腺", finding_text="结节", flag=ResultFlag.ABNORMAL, severity=3, sort=9)
    assert text_of(HIGH_ALT, FATTY, worse) == "甲状腺：结节；肝脏：脂肪肝（轻度）；谷丙转氨酶 80U/L ↑（参考 9–50）"


def test_item_switches_hide_name_or_value() -> None:
    nameless = SummaryItem("X", "心律", finding_text="窦性心动过缓", flag=ResultFlag.ABNORMAL, shows_name=False)
    bare = SummaryItem(
        "Y", "血糖", numeric=True, value="7", flag=ResultFlag.HIGH, prompt="↑", range_text="3.9–6.1", shows_value=False
    )
    assert text_of(nameless, bare) == "窦性心动过缓；血糖 ↑"


def test_equal_fragments_are_written_once() -> None:
    twin = SummaryItem("LIVER2", "肝脏", finding_text="脂肪肝（轻度）", flag=ResultFlag.ABNORMAL, severity=2)
    assert text_of(FATTY, twin).count("脂肪肝") == 1


def test_everything_normal_prints_the_departments_normal_sentence() -> None:
    assert text_of(NORMAL_AST) == "未见异常"
    assert text_of(NORMAL_AST, normal_summary="心肺未见异常") == "心肺未见异常"
    assert text_of(NORMAL_AST, normal_summary="") == "未见异常"


@pytest.mark.feature("I-69")
@pytest.mark.parametrize("state", ["pending", "declined", "refused", "postponed", "sampled"])
def test_undone_items_stay_out_and_the_normal_sentence_speaks_of_the_done_ones(state: str) -> None:
    undone = SummaryItem("B", "腹部", state=state, has_result=False, flag=ResultFlag.ABNORMAL)
    found = build_department_summary([NORMAL_AST, undone])
    assert found is not None
    assert found.text == "已检项目未见异常"
    assert not found.complete


@pytest.mark.feature("I-69")
def test_a_department_without_any_result_has_no_summary_at_all() -> None:
    undone = [SummaryItem("A", "甲", state="declined"), SummaryItem("B", "乙", state="pending")]
    assert build_department_summary(undone) is None
    assert build_department_summary(undone, skip_undone=False) is None
    assert build_department_summary([]) is None
    assert build_department_summary([SummaryItem("A", "甲", has_result=False)]) is None


@pytest.mark.feature("I-69")
def test_with_the_option_off_undone_items_are_named() -> None:
    undone = [
        SummaryItem("C", "色觉", state="declined", has_result=False, sort=2),
        SummaryItem("B", "视力", state="pending", has_result=False, sort=1),
        SummaryItem("D", "眼压", state="postponed", has_result=False, sort=3),
    ]
    assert text_of(NORMAL_AST, *undone, skip_undone=False) == "已检项目未见异常；视力：未检；色觉：弃检；眼压：延期"


def test_removed_items_are_as_if_they_had_never_been() -> None:
    removed = SummaryItem("B", "视力", state="removed", flag=ResultFlag.ABNORMAL)
    found = build_department_summary([NORMAL_AST, removed], skip_undone=False)
    assert found is not None
    assert found.text == "未见异常"
    assert found.complete


@pytest.mark.feature("I-70")
def test_no_summary_before_the_results_are_saved_unless_the_option_allows_a_preview() -> None:
    assert build_department_summary([HIGH_ALT], saved=False) is None
    assert text_of(HIGH_ALT, saved=False, after_save_only=False).startswith("谷丙转氨酶")


def test_always_items_appear_though_normal_and_never_items_do_not_appear_though_abnormal() -> None:
    always = SummaryItem("SBP", "血压", value="118/76mmHg", into_summary="always")
    never = SummaryItem("X", "备注", value="内部", flag=ResultFlag.ABNORMAL, into_summary="never")
    assert text_of(always, never) == "血压：118/76mmHg；未见异常"


def test_private_items_reach_only_the_private_text() -> None:
    private = SummaryItem("HBSAG", "乙肝表面抗原", value="阳性", flag=ResultFlag.POSITIVE, is_private=True)
    found = build_department_summary([NORMAL_AST, private])
    assert found is not None
    assert found.text == "未见异常"
    assert found.private_text == "乙肝表面抗原：阳性"
    alone = build_department_summary([private])
    assert alone is not None
    assert (alone.text, alone.private_text) == ("", "乙肝表面抗原：阳性")
    hidden = build_department_summary(
        [NORMAL_AST, SummaryItem("H", "乙肝", state="declined", is_private=True)], skip_undone=False
    )
    assert hidden is not None
    assert "乙肝" not in hidden.text


def test_lines_keep_their_item_for_the_report() -> None:
    found = build_department_summary([HIGH_ALT, FATTY])
    assert found is not None
    assert [line.item_code for line in found.lines] == ["LIVER", "ALT"]


def test_an_edited_summary_is_never_overwritten_but_the_change_is_told() -> None:
    assert refresh_summary("新", "旧", "医生改过", edited=True).final_text == "医生改过"
    assert refresh_summary("新", "旧", "医生改过", edited=True).differs
    assert not refresh_summary("旧", "旧", "医生改过", edited=True).differs
    assert not refresh_summary("新", "旧", "新", edited=True).differs


def test_an_unedited_summary_follows_the_results() -> None:
    found = refresh_summary("新", "旧", "旧", edited=False)
    assert (found.auto_text, found.final_text, found.differs) == ("新", "新", False)
