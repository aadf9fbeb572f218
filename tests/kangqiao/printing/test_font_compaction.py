"""Runs where the print font is installed (Debian: fonts-noto-cjk); the fallback fonts are TrueType and stay as they are."""

import subprocess

import pytest
from PIL import ImageChops

from kangqiao.printing import rendering
from kangqiao.printing.services import render_checkup_report, render_labels
from tests.kangqiao.printing import samples
from tests.kangqiao.printing.pages import images, page_texts, reader


def print_font_is_installed():
    listed = subprocess.run(["fc-list", "Noto Sans CJK SC"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


needs_print_font = pytest.mark.skipif(not print_font_is_installed(), reason="fonts-noto-cjk is not installed")


def uncompacted(monkeypatch, render):
    with monkeypatch.context() as patch:
        patch.setattr(rendering, "compact_fonts", lambda _document, _pdf: None)
        return render()


@needs_print_font
def test_compact_fonts_change_no_pixel_and_no_word_of_a_report(monkeypatch, tmp_path):
    def render():
        return render_checkup_report(samples.report())

    small, large = render(), uncompacted(monkeypatch, render)
    assert len(small) < 0.5 * len(large)
    assert page_texts(small) == page_texts(large)
    folders = [tmp_path / "small", tmp_path / "large"]
    for folder in folders:
        folder.mkdir()
    pairs = zip(images(small, folders[0], 60), images(large, folders[1], 60), strict=True)
    assert all(ImageChops.difference(one.convert("L"), two.convert("L")).getbbox() is None for one, two in pairs)


@needs_print_font
def test_a_label_is_a_few_kilobytes_not_hundreds(monkeypatch):
    def render():
        return render_labels([samples.label()])

    assert len(render()) < 25_000 < len(uncompacted(monkeypatch, render))


@needs_print_font
def test_the_report_is_set_in_the_print_font_with_a_real_bold():
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in reader(render_checkup_report(samples.report())).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {"Noto-Sans-CJK-SC", "Noto-Sans-CJK-SC-Bold"} <= fonts


def test_a_chinese_font_is_installed():
    """Without one every character would print as an empty box."""
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=True)
    assert listed.stdout.strip(), "install fonts-noto-cjk (or fonts-wqy-microhei)"
