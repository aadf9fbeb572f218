import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kangqiao.printing.barcode import QUIET_MODULES, code128_modules, code128_svg, widest_module


def drawn(modules: str) -> Image.Image:
    """The modules as an image, three pixels each, with quiet zones."""
    padded = "0" * QUIET_MODULES + modules + "0" * QUIET_MODULES
    row = bytes(0 if bit == "1" else 255 for bit in padded for _ in range(3))
    return Image.frombytes("L", (len(row), 60), row * 60)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24))
def test_every_printable_text_reads_back_as_itself(text):
    found = zxingcpp.read_barcodes(drawn(code128_modules(text)))
    assert [(f.format.name, f.text) for f in found] == [("Code128", text)]


def test_twelve_digits_take_the_compact_digit_set():
    assert len(code128_modules("202611230018")) == 11 * 8 + 13


@pytest.mark.parametrize("text", ["", "体检", "a\nb"])
def test_what_code_128_cannot_carry_is_refused(text):
    with pytest.raises(ValueError, match="ASCII"):
        code128_modules(text)


def test_the_module_is_whole_printer_dots_and_never_under_two():
    assert widest_module("202611230018", available_mm=48) == 0.375
    assert widest_module("X" * 40, available_mm=48) == 0.25


def test_the_drawing_has_the_exact_size_asked_for():
    svg = code128_svg("202611230018", module_mm=0.25, height_mm=9)
    assert f'width="{(101 + 20) * 0.25:.3f}mm" height="9mm"' in svg
