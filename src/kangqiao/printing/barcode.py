"""Code 128 as inline SVG: bars on whole units, quiet zones included."""

from __future__ import annotations

from itertools import groupby

from barcode.codex import Code128

QUIET_MODULES = 10  # ISO/IEC 15417: at least ten modules of white on each side


def code128_modules(text: str) -> str:
    """Bars and spaces of `text` as "1" and "0", without quiet zones. ValueError if it is empty or not ASCII."""
    if not text or not text.isascii() or not text.isprintable():
        raise ValueError(f"Code 128 takes printable ASCII only: {text!r}")
    return str(Code128(text).build()[0])


def code128_svg(text: str, *, module_mm: float, height_mm: float) -> str:
    """An SVG element of exact size. `module_mm` should be a whole number of printer dots (203 dpi: 0.125 mm)."""
    modules = code128_modules(text)
    width = len(modules) + 2 * QUIET_MODULES
    bars = []
    x = QUIET_MODULES
    for bit, run in groupby(modules):
        length = len(list(run))
        if bit == "1":
            bars.append(f"M{x} 0h{length}v1h-{length}z")
        x += length
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * module_mm:.3f}mm" height="{height_mm}mm" '
        f'viewBox="0 0 {width} 1" preserveAspectRatio="none"><path fill="#000" d="{"".join(bars)}"/></svg>'
    )


def widest_module(text: str, *, available_mm: float, dot_mm: float = 0.125) -> float:
    """The widest module, in whole printer dots, with which the bars and quiet zones fit; at least two dots."""
    width = len(code128_modules(text)) + 2 * QUIET_MODULES
    dots = int(available_mm / (width * dot_mm) + 1e-9)
    return max(dots, 2) * dot_mm
