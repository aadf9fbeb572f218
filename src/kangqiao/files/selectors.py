"""Reading files: every read verifies that the bytes are those that were stored."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import quote
from uuid import UUID

import structlog
from django.http import HttpResponse

from kangqiao.core.errors import DomainError, NotFound
from kangqiao.files import blobs
from kangqiao.files.models import StoredFile

log = structlog.get_logger(__name__)


def get_file(public_id: UUID | str) -> StoredFile:
    """Raises NotFound."""
    found = StoredFile.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有找到文件")
    return found


def read(stored: StoredFile) -> bytes:
    """The content, verified against hash and size. Raises DomainError "file-damaged" (500)."""
    try:
        content = blobs.get(stored.sha256)
    except blobs.BlobDamaged as error:
        _damaged(stored, str(error))
    if len(content) != stored.size:
        _damaged(stored, "size")
    return content


def is_sound(stored: StoredFile) -> bool:
    """Whether the stored bytes are still those that were put in."""
    try:
        return len(blobs.get(stored.sha256)) == stored.size
    except blobs.BlobDamaged:
        return False


def serve(stored: StoredFile, *, inline: bool = True, name: str = "") -> HttpResponse:
    """The verified content as an answer that is not cached or interpreted. The caller has checked who may see it."""
    response = HttpResponse(read(stored), content_type=stored.content_type)
    shown = quote(name or stored.original_name, safe="")
    response["Content-Disposition"] = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{shown}"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    )
    response["ETag"] = f'"{stored.sha256}"'
    return response


def _damaged(stored: StoredFile, how: str) -> NoReturn:
    log.error("file_damaged", file=str(stored.public_id), how=how)
    raise DomainError(
        "file-damaged", "文件已损坏", status=500, detail="内容与存入时不一致，已拒绝打开。请联系系统管理员从备份恢复"
    )
