import subprocess
from dataclasses import replace

import pytest

from kangqiao.printing.ports import ConclusionEntry, PersonIdentity, PrintedSex, ResultMark
from kangqiao.printing.services import render_checkup_report
from tests.kangqiao.printing import samples
from tests.kangqiao.printing.pages import barcodes, images, page_texts, reader


@pytest.fixture(scope="module")
def pdf():
    return render_checkup_report(samples.report())


def test_a_report_names_hospital_person_findings_doctors_and_what_was_declined(pdf):
    text = "".join(page_texts(pdf))
    for words in (
        "临江医院体检中心",
        "何志远",
        "1980-03-14",
        "TJ0048213",
        "临江水务集团",
        "血小板明显减少",
        "2026-11-2310:42罗文清电话告知本人",
        "主检医师沈嘉树",
        "审核医师罗文清",
        "检查周文渊审核钱立言",
        "碳13呼气试验弃检本人签字放弃",
        "仅限受检者本人拆阅",
        "不代替门诊诊断",
    ):
        assert words in text


def test_every_page_carries_the_persons_name_number_and_its_page_number(pdf):
    texts = page_texts(pdf)
    assert len(texts) >= 2
    for number, text in enumerate(texts, 1):
        assert "何志远202611230018" in text
        assert f"{number}/{len(texts)}" in text


@pytest.mark.feature("I-19")
def test_conclusions_come_by_severity_and_keep_their_order_within_one(pdf):
    text = "".join(page_texts(pdf))
    names = ["血小板明显减少", "心尖部收缩期杂音", "血压升高", "血脂边缘升高", "轻度脂肪肝伴转", "超重，腰围超标"]
    start = text.index("结论与建议")
    places = [text.index(name, start) for name in names]
    assert places == sorted(places)


def test_flags_are_words_of_shape_in_the_text_so_they_survive_grey_paper(pdf):
    text = "".join(page_texts(pdf))
    for shaped in ("26.8↑", "28↓↓", "38.5↓", "±▲", "▲心律齐"):
        assert shaped in text


def test_grey_print_keeps_the_severity_shapes_apart(tmp_path):
    """On grey paper the mark of A is a dark block, B a thick frame, C a thin one, D dots: less and less ink."""
    ink = []
    for severity in "ABCD":
        entry = ConclusionEntry(severity=severity, name="某结论", advice="复查")
        folder = tmp_path / severity
        folder.mkdir()
        pdf = render_checkup_report(samples.report(conclusions=(entry,), important=()))
        cover = images(pdf, folder, dpi=100, grey=True)[0].convert("L")
        marks = cover.crop((63, 540, 100, 590))
        ink.append(sum(255 - level for level in marks.tobytes()))
    assert ink[0] > 1.4 * ink[1] > 1.4 * 1.4 * ink[2]
    assert ink[2] > 1.1 * ink[3]


def test_the_covers_barcode_reads_as_the_checkup_number(pdf, tmp_path):
    assert ("Code128", "202611230018") in barcodes(images(pdf, tmp_path)[0])


def test_history_columns_stand_under_their_years_newest_first(pdf):
    layout = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    row = next(line for line in layout.splitlines() if line.strip().startswith("体重指数"))
    assert row.split() == ["体重指数", "26.8", "↑", "kg/m²", "18.5–23.9", "26.2↑", "25.6↑", "25.0↑"]


def test_a_first_visit_has_no_history_columns():
    text = "".join(page_texts(render_checkup_report(samples.report(history_labels=()))))
    assert "走势" not in text
    assert "2024" not in text


@pytest.mark.parametrize("years", [("2025",), ("2025", "2024"), ("2025", "2024", "2023", "2022", "2021")])
def test_as_many_history_columns_as_years_but_at_most_three(years):
    pdf = render_checkup_report(samples.report(history_labels=years))
    text = "".join(page_texts(pdf))
    shown = "".join(years[:3])
    assert f"参考范围{shown}走势" in text
    assert "检查周文渊审核钱立言2026-11-23" in text


def test_nothing_found_says_so_and_promises_nothing_about_what_was_not_examined():
    text = "".join(page_texts(render_checkup_report(samples.report(conclusions=(), important=()))))
    assert "本次已检项目未见需要处理的异常" in text
    assert "没有结果，不表示正常" in text


@pytest.mark.parametrize("items", [1, 10, 200])
def test_reports_of_any_length_lose_no_item(items):
    text = "".join(page_texts(render_checkup_report(samples.big_report(items))))
    for number in range(1, items + 1):
        assert f"检验项目{number:03d}" in text
    assert "影像所见到此为止。" in text
    assert all(f"结论{number:02d}" in text for number in range(1, 21))


def test_a_department_that_breaks_across_pages_repeats_its_heading():
    texts = page_texts(render_checkup_report(samples.big_report(200)))
    with_items = [text for text in texts if "检验项目" in text]
    assert len(with_items) > 3
    assert all("参考范围" in text for text in with_items)


def test_markup_in_a_value_is_printed_not_obeyed():
    person = PersonIdentity(name='<b>甲</b>"&', sex=PrintedSex.UNKNOWN, age_text="1 岁")
    entry = ConclusionEntry(severity="C", name="<img src='file:///etc/hostname'>", advice="</table><h1>乙</h1>")
    pdf = render_checkup_report(samples.report(person=person, conclusions=(entry,)))
    text = "".join(page_texts(pdf))
    assert '<b>甲</b>"&' in text
    assert "<imgsrc=" in text
    assert "</table><h1>乙</h1>" in text


def test_a_corrected_report_shows_its_version_and_why():
    text = "".join(page_texts(render_checkup_report(samples.report(version=2, revision_note="更正血小板结果"))))
    assert "第2版" in text
    assert "更正说明更正血小板结果" in text


def test_an_unknown_severity_is_placed_last_and_shown_as_the_mildest():
    odd = replace(samples.conclusions()[1], severity="", name="未定级结论")
    text = "".join(page_texts(render_checkup_report(samples.report(conclusions=(odd, *samples.conclusions())))))
    assert text.index("血小板明显减少", text.index("结论与建议")) < text.index("未定级结论")


def test_a_critical_text_result_has_its_own_shape():
    sections = samples.departments()
    ultrasound = sections[-1]
    critical = replace(ultrasound, rows=(replace(ultrasound.rows[0], mark=ResultMark.CRITICAL),))
    assert "■肝实质" in "".join(page_texts(render_checkup_report(samples.report(departments=(critical,)))))


def test_the_pdf_names_its_document_but_not_the_person_in_its_title(pdf):
    assert reader(pdf).metadata.title == "健康体检报告 202611230018"
