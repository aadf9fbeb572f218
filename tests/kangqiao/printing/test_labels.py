import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.printing.label_page import fit_items
from kangqiao.printing.ports import PrintedSex
from kangqiao.printing.services import render_labels
from tests.kangqiao.printing import samples
from tests.kangqiao.printing.pages import barcodes, images, page_texts, reader

PRINTER_DPI = 203


@pytest.mark.feature("I-12")
def test_a_label_carries_person_tube_word_items_and_date():
    text = page_texts(render_labels([samples.label()]))[0]
    for words in (
        "何志远",
        "男",
        "46岁",
        "紫色管EDTA",
        "空腹",
        "血常规、糖化血红蛋白、血型",
        "2026-11-23",
        "1/4",
        "临江水务",
    ):
        assert words in text


def test_labels_are_50_by_30_millimetres_one_page_each_in_order_with_copies():
    pdf = render_labels([samples.label(serial="1/2", copies=2), samples.label(serial="2/2")])
    pages = reader(pdf).pages
    assert len(pages) == 3
    for page in pages:
        assert (round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4)) == (
            50,
            30,
        )
    assert ["1/2" in text for text in page_texts(pdf)] == [True, True, False]


@pytest.mark.parametrize("number", ["202611230018", "26112300180123", "TJ20261123001", "7"])
def test_a_labels_barcode_reads_at_the_printers_own_resolution(number, tmp_path):
    page = images(render_labels([samples.label(barcode=number)]), tmp_path, dpi=PRINTER_DPI)[0]
    assert barcodes(page) == [("Code128", number)]


@pytest.mark.feature("I-68")
def test_labels_tell_the_sexes_apart_by_sign_and_inverse_block_only_where_asked(tmp_path):
    male, female, unknown, plain = (
        samples.label(sex=PrintedSex.MALE),
        samples.label(sex=PrintedSex.FEMALE),
        samples.label(sex=PrintedSex.UNKNOWN),
        samples.label(sex=PrintedSex.FEMALE, by_sex=False),
    )
    pdf = render_labels([male, female, unknown, plain])
    texts = page_texts(pdf)
    assert ["♂" in texts[0], "♀" in texts[1], "♀" in texts[3], "女" in texts[3]] == [True, True, False, True]
    corner = [page.convert("L").crop((250, 0, 400, 46)) for page in images(pdf, tmp_path, dpi=PRINTER_DPI)]
    dark = [sum(pixel < 100 for pixel in image.get_flattened_data()) for image in corner]
    assert dark[1] > 1.3 * dark[0]
    assert dark[1] > 1.3 * dark[3]


def test_a_very_long_name_and_many_items_stay_on_one_label():
    pdf = render_labels([samples.label(name="阿卜杜热合曼·吐尔逊江", items=("肿瘤标志物十二项",) * 9)])
    assert len(reader(pdf).pages) == 1
    text = page_texts(pdf)[0]
    assert "阿卜杜热合曼·吐尔逊江" in text
    assert "肿瘤标志物十二项、肿瘤标志物十二项等9项" in text


@given(st.lists(st.text("肝功血脂ABC1 ", min_size=1, max_size=30), min_size=1, max_size=30), st.floats(8, 40))
def test_items_that_do_not_fit_are_counted_never_silently_dropped(items, width):
    text = fit_items(items, width)
    assert text == "、".join(items) or f" {len(items)} 项" in text
    assert len(text) * 0.55 <= width


def test_printing_no_label_is_refused():
    with pytest.raises(ValueError, match="没有可打印的标签"):
        render_labels([])
