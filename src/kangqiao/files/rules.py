"""What kind of content the bytes are (never what the sender says), and which content a file of each kind may have."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

from PIL import Image, ImageOps

from kangqiao.files.enums import FileKind

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
JPEG_QUALITY = 88
MAX_NAME = 120
PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP, TEXT = "application/zip", "text/plain"
IMAGES = frozenset({JPEG, PNG, WEBP})
ALLOWED: dict[str, frozenset[str]] = {
    FileKind.CHECKUP_REPORT: frozenset({PDF}),
    FileKind.GUIDE_SHEET: frozenset({PDF}),
    FileKind.LABELS: frozenset({PDF}),
    FileKind.PHOTO: IMAGES,
    FileKind.ATTACHMENT: IMAGES | {PDF},
    FileKind.IMPORT: frozenset({XLSX, TEXT}),
    FileKind.EXPORT: frozenset({XLSX, TEXT, ZIP, PDF}),
}
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", XLSX: ".xlsx", ZIP: ".zip", TEXT: ".txt"}
_PIL_FORMATS = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


class UnreadableImage(ValueError):
    """The bytes claim to be an image but do not decode within the limits."""


def sniff(content: bytes) -> str:
    """Content type by content; "" when it is none that we keep."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _zip_kind(content)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or content[8:12] == b"WEBP":
        return _image_kind(content)
    return TEXT if _is_text(content) else ""


def _zip_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return ""
    return XLSX if "xl/workbook.xml" in names else ZIP


def _image_kind(content: bytes) -> str:
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_PIL_FORMATS)) as image:
            return _PIL_FORMATS.get(image.format or "", "")
    except (OSError, Image.DecompressionBombError):
        return ""


def _is_text(content: bytes) -> bool:
    if b"\x00" in content or content.lstrip()[:1] == b"<":
        return False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def cleaned_image(content: bytes) -> tuple[bytes, str]:
    """Decode and encode anew as (bytes, content type): turned upright, without metadata or anything hidden behind it.

    Raises UnreadableImage for a broken image or more than 40 million pixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_PIL_FORMATS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise UnreadableImage
            upright = ImageOps.exif_transpose(image)
            transparent = upright.has_transparency_data
            bare = upright.convert("RGBA" if transparent else "RGB")
    except UnreadableImage:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableImage from error
    # A fresh picture from the pixels alone: no EXIF, comments or profiles are carried over.
    fresh = Image.frombytes(bare.mode, bare.size, bare.tobytes())
    out = io.BytesIO()
    if transparent:
        fresh.save(out, "PNG", optimize=True)
        return out.getvalue(), PNG
    fresh.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue(), JPEG


def safe_name(name: str, content_type: str) -> str:
    """A file name without path, control or reserved characters, ending as its content asks."""
    stem = _UNSAFE.sub(" ", unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    wanted = EXTENSIONS.get(content_type, "")
    given = "." + stem.rsplit(".", 1)[-1].lower() if "." in stem else ""
    if given == ".csv" and content_type == TEXT:
        wanted = ".csv"
    if given in {*EXTENSIONS.values(), ".jpeg", ".webp", ".csv"}:
        stem = stem.rsplit(".", 1)[0]
    return f"{stem[:MAX_NAME].strip() or '文件'}{wanted}"
