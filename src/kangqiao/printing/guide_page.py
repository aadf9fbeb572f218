"""What the guide sheet's template needs: lines grouped by timing in the order of the day, numbered through."""

from __future__ import annotations

import base64
from typing import Any

from .barcode import code128_svg, widest_module
from .ports import GuideLine, GuideSheetDocument, VisitTiming

GROUPS = {
    VisitTiming.FASTING: ("餐前（空腹）", "先做这些，做完才可以吃早餐、喝水"),
    VisitTiming.ORDINARY: ("一般项目", "顺序不限，哪里人少先去哪里"),
    VisitTiming.FULL_BLADDER: ("需憋尿", "有明显尿意时再做，做完再排尿"),
    VisitTiming.AFTER_MEAL: ("餐后", "吃过早餐，按注意事项里的时间做"),
}
_IMAGE_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def guide_context(doc: GuideSheetDocument) -> dict[str, Any]:
    """The template's context; groups without a line are left out."""
    groups: list[dict[str, Any]] = []
    number = 0
    for timing, (title, hint) in GROUPS.items():
        lines = [line for line in doc.lines if line.timing == timing]
        if lines:
            groups.append({"title": title, "hint": hint, "lines": _numbered(lines, number)})
            number += len(lines)
    person = doc.person
    return {
        "doc": doc,
        "groups": groups,
        "total": number,
        "photo": _photo_uri(doc.photo),
        "client_line": "　".join(filter(None, (person.client_name, person.client_department))) or "个人",
        "person_line": f"{person.name}　{doc.checkup_no}",
        "barcode": code128_svg(
            doc.checkup_no, module_mm=min(widest_module(doc.checkup_no, available_mm=62), 0.5), height_mm=13
        ),
    }


def _numbered(lines: list[GuideLine], start: int) -> list[dict[str, Any]]:
    return [{"no": start + i, "line": line} for i, line in enumerate(lines, 1)]


def _photo_uri(photo: bytes | None) -> str:
    """A data: URI; "" without a photo. ValueError for anything but PNG or JPEG."""
    if not photo:
        return ""
    for magic, kind in _IMAGE_KINDS.items():
        if photo.startswith(magic):
            return f"data:{kind};base64,{base64.b64encode(photo).decode()}"
    raise ValueError("照片只支持 PNG 或 JPEG，请重新采集照片")
