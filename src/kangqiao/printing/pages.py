"""How many pages a PDF of ours has. Its objects lie in compressed streams, so the raw bytes do not show them."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")


def page_count(pdf: bytes) -> int:
    """Pages of a PDF that this package made. ValueError if none can be found."""
    pages = len(_PAGE.findall(_STREAM.sub(b"", pdf)))
    for match in _STREAM.finditer(pdf):
        if b"/ObjStm" in pdf[max(match.start() - 200, 0) : match.start()]:
            pages += len(_PAGE.findall(zlib.decompress(match[1])))
    if not pages:
        raise ValueError("no page found: not a PDF of ours")
    return pages
