"""HTML template and stylesheet to PDF bytes, with fonts and styles kept warm in the process."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from .font_compaction import compact_fonts

# WeasyPrint lets Pillow accept cut-off images for the whole process; uploads must go on being refused.
ImageFile.LOAD_TRUNCATED_IMAGES = False

_HERE = Path(__file__).parent
# Pango and fontconfig are not promised to be thread-safe: one document at a time in a process.
_LOCK = threading.Lock()


class _NothingOutside(URLFetcher):
    """A document may embed data: URIs; it never reads a file or the network, whatever its text says."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(_HERE / "templates")], autoescape=True)


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _style(name: str) -> CSS:
    text = (_HERE / "styles" / f"{name}.css").read_text(encoding="utf-8")
    return CSS(string=text, font_config=_fonts(), url_fetcher=_NothingOutside())


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """PDF bytes of `printing/<template>.html` with base.css and <template>.css."""
    plain = Context(context, autoescape=True, use_l10n=False, use_tz=False)
    html = _engine().get_template(f"printing/{template}.html").render(plain)
    with _LOCK:
        document = HTML(string=html, url_fetcher=_NothingOutside())
        pdf: bytes = document.write_pdf(
            stylesheets=[_style("base"), _style(template)], font_config=_fonts(), finisher=compact_fonts
        )
    return pdf


def warm_up() -> None:
    """Load fonts once, so that the first real document of a worker is as quick as the others."""
    with _LOCK:
        HTML(string="<p>康桥 0123</p>", url_fetcher=_NothingOutside()).write_pdf(
            stylesheets=[_style("base")], font_config=_fonts()
        )
