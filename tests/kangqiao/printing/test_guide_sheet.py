import io

import pytest
from PIL import Image

from kangqiao.printing.ports import GuideLine, VisitTiming
from kangqiao.printing.services import render_guide_sheet
from tests.kangqiao.printing import samples
from tests.kangqiao.printing.pages import barcodes, images, page_texts


@pytest.mark.feature("I-12")
def test_a_guide_sheet_leads_fasting_first_then_ordinary_full_bladder_and_after_meal():
    text = "".join(page_texts(render_guide_sheet(samples.guide_sheet())))
    words = (
        "餐前（空腹）",
        "静脉采血",
        "腹部彩超",
        "一般项目",
        "内科",
        "心电图",
        "需憋尿",
        "前列腺彩超",
        "餐后",
        "餐后2小时血糖",
    )
    start = text.index("弃检签字")
    places = [text.index(word, start) for word in words]
    assert places == sorted(places)


def test_a_guide_sheet_names_person_columns_return_point_registrar_and_reprint():
    text = "".join(page_texts(render_guide_sheet(samples.guide_sheet(print_count=3))))
    for words in (
        "何志远",
        "男46岁",
        "临江水务集团",
        "健康体检",
        "序号项目地点注意事项医生签名弃检签字",
        "检查完毕，请将本单交回导检台",
        "登记苏敏",
        "打印2026-11-2307:41",
        "第3次打印",
        "已弃检",
        "完成前请不要进食",
    ):
        assert words in text


def test_the_guide_sheets_barcode_reads_as_the_checkup_number(tmp_path):
    pages = images(render_guide_sheet(samples.guide_sheet()), tmp_path)
    assert barcodes(pages[0]) == [("Code128", "202611230018")]


def test_an_ordinary_guide_sheet_is_one_page_and_a_long_one_keeps_every_line():
    assert len(page_texts(render_guide_sheet(samples.guide_sheet()))) == 1
    many = tuple(GuideLine(timing=VisitTiming.ORDINARY, name=f"项目{i:02d}号", note="请按顺序" * 12) for i in range(60))
    texts = page_texts(render_guide_sheet(samples.guide_sheet(lines=many)))
    assert len(texts) > 1
    assert all(f"项目{i:02d}号" in "".join(texts) for i in range(60))
    assert all("医生签名" in text for text in texts if "项目" in text.replace("序号项目", ""))


def test_a_photo_is_printed_in_its_box_and_other_bytes_are_refused(tmp_path):
    photo = io.BytesIO()
    Image.new("RGB", (270, 370), "#336699").save(photo, "JPEG")
    page = images(render_guide_sheet(samples.guide_sheet(photo=photo.getvalue())), tmp_path, dpi=60)[0].convert("RGB")
    blues = sum(abs(r - 0x33) < 12 and abs(b - 0x99) < 12 for r, _g, b in page.get_flattened_data())
    assert blues > 0.8 * (27 / 25.4 * 60) * (37 / 25.4 * 60)
    with pytest.raises(ValueError, match="PNG 或 JPEG"):
        render_guide_sheet(samples.guide_sheet(photo=b"<svg onload=alert(1)>"))


def test_printing_does_not_make_the_process_accept_cut_off_uploads():
    whole = io.BytesIO()
    Image.new("RGB", (400, 300), "#336699").save(whole, "JPEG")
    render_guide_sheet(samples.guide_sheet(photo=whole.getvalue()))
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(whole.getvalue()[: len(whole.getvalue()) // 2])).load()
