"""Keeping files and handing out links to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from kangqiao.core.actor import Actor
from kangqiao.core.auditing import record
from kangqiao.core.errors import Forbidden, Invalid
from kangqiao.core.tenancy import current_hospital
from kangqiao.files import blobs, rules
from kangqiao.files.enums import FileKind
from kangqiao.files.models import StoredFile
from kangqiao.files.selectors import get_file

LINK_SALT = "kangqiao.files.link"
LINK_LIFE = timedelta(minutes=10)
_KIND_WORDS = {rules.PDF: "PDF", rules.JPEG: "JPEG", rules.PNG: "PNG", rules.WEBP: "WEBP", rules.XLSX: "XLSX"}


def store(actor: Actor, *, content: bytes, kind: str, name: str, content_type: str = "") -> StoredFile:
    """Keep `content` (at most 20 MB); images are encoded anew. The caller has checked that the actor may do this.

    The type is read from the content; a declared `content_type` that contradicts it is refused. Raises Invalid.
    """
    actual = _checked_type(content, FileKind(kind), content_type)
    if actual in rules.IMAGES:
        try:
            content, actual = rules.cleaned_image(content)
        except rules.UnreadableImage as error:
            raise Invalid.field("file", "图片已损坏或尺寸过大（最多 4000 万像素），请换一张", "image") from error
    # Bytes first, row second: a row never points to nothing; bytes without a row hurt nobody.
    sha256 = blobs.put(content)
    with transaction.atomic():
        stored = StoredFile.objects.create(
            sha256=sha256,
            size=len(content),
            content_type=actual,
            kind=kind,
            original_name=rules.safe_name(name, actual),
            created_by=f"{actor.kind}:{actor.id or ''} {actor.name}".strip()[:100],
        )
        record(actor, "files.stored", target=stored, after={"kind": kind, "sha256": sha256, "size": len(content)})
    return stored


def signed_link(actor: Actor, stored: StoredFile, *, life: timedelta = LINK_LIFE, inline: bool = True) -> str:
    """A path that only this actor, in this hospital, may open until `life` is over."""
    claims = {
        "h": str(current_hospital().public_id),
        "a": _name_of(actor),
        "f": str(stored.public_id),
        "e": int((timezone.now() + life).timestamp()),
        "i": int(inline),
    }
    return f"/api/v1/files/{stored.public_id}?token={signing.dumps(claims, salt=LINK_SALT)}"


def open_link(actor: Actor, *, public_id: UUID, token: str) -> tuple[StoredFile, bool]:
    """The file behind a valid link and whether to show it inline; the opening is audited. Raises Forbidden or NotFound."""
    claims = _claims(token)
    expected = {"h": str(current_hospital().public_id), "a": _name_of(actor), "f": str(public_id)}
    if any(claims.get(name) != value for name, value in expected.items()) or claims["e"] < timezone.now().timestamp():
        raise Forbidden("链接已失效", "请回到原来的页面重新打开文件")
    stored = get_file(public_id)
    record(actor, "files.opened", target=stored, kind=stored.kind)
    return stored, bool(claims["i"])


def _claims(token: str) -> dict[str, Any]:
    try:
        return dict(signing.loads(token, salt=LINK_SALT))
    except signing.BadSignature:
        return {}


def _name_of(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id or 0}"


def _checked_type(content: bytes, kind: FileKind, declared: str) -> str:
    if not content:
        raise Invalid.field("file", "文件是空的，请重新选择", "empty")
    if len(content) > rules.MAX_BYTES:
        raise Invalid.field("file", "文件超过 20 MB，请压缩后再上传", "too_large")
    actual = rules.sniff(content)
    if actual not in rules.ALLOWED[kind]:
        words = "、".join(sorted(_KIND_WORDS.get(one, one) for one in rules.ALLOWED[kind]))
        raise Invalid.field("file", f"{kind.label}只接受 {words}，按文件内容判断", "content_type")
    if declared and declared.split(";", maxsplit=1)[0].strip().lower() not in _same_as(actual):
        raise Invalid.field("file", "文件内容与所报类型不符，请确认文件没有改过扩展名", "content_type")
    return actual


def _same_as(actual: str) -> set[str]:
    """Names that browsers use for the same content; octet-stream says nothing and contradicts nothing."""
    aliases = {rules.TEXT: {"text/csv", "application/vnd.ms-excel"}, rules.JPEG: {"image/jpg"}}
    return {actual, "application/octet-stream", *aliases.get(actual, set())}
