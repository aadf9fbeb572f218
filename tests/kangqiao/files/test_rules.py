import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from kangqiao.files import rules


def picture(kind="JPEG", size=(40, 30), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "#336699").save(out, kind, **options)
    return out.getvalue()


def workbook():
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", rules.PDF),
        (picture("JPEG"), rules.JPEG),
        (picture("PNG"), rules.PNG),
        (picture("WEBP"), rules.WEBP),
        (workbook(), rules.XLSX),
        (archive(), rules.ZIP),
        ("姓名,手机\n".encode(), rules.TEXT),
        (b"MZ\x90\x00\x03", ""),
        (b"<html><script>alert(1)</script>", ""),
        (b"<svg onload='x'/>", ""),
        (b"PK\x03\x04broken", ""),
        (b"\xff\xd8\xffbroken", ""),
        (b"GIF89a\x01\x00", ""),
    ],
)
def test_content_is_told_by_its_bytes(content, kind):
    assert rules.sniff(content) == kind


@given(st.binary(max_size=300))
def test_no_bytes_break_the_sniffer(content):
    assert rules.sniff(content) in {"", *rules.EXTENSIONS, rules.WEBP}


def test_an_encoded_image_keeps_pixels_and_loses_place_and_stowaways():
    exif = Image.Exif()
    exif[0x010E] = "何志远 131081198003140018"
    dirty = picture("JPEG", exif=exif) + b"<script>stowaway</script>"
    clean, kind = rules.cleaned_image(dirty)
    assert kind == rules.JPEG
    assert b"131081" not in clean
    assert b"stowaway" not in clean
    assert not Image.open(io.BytesIO(clean)).getexif()
    assert Image.open(io.BytesIO(clean)).size == (40, 30)


def test_a_sideways_photo_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    clean, _ = rules.cleaned_image(picture("JPEG", exif=exif))
    assert Image.open(io.BytesIO(clean)).size == (30, 40)


def test_transparency_is_kept_as_png():
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (1, 2, 3, 0)).save(out, "WEBP")
    clean, kind = rules.cleaned_image(out.getvalue())
    assert kind == rules.PNG
    assert Image.open(io.BytesIO(clean)).getpixel((1, 1))[3] == 0


def test_a_picture_of_too_many_pixels_or_cut_short_is_refused(monkeypatch):
    monkeypatch.setattr(rules, "MAX_PIXELS", 1000)
    with pytest.raises(rules.UnreadableImage):
        rules.cleaned_image(picture(size=(40, 30)))
    monkeypatch.undo()
    big = picture("JPEG", size=(400, 300))
    with pytest.raises(rules.UnreadableImage):
        rules.cleaned_image(big[: len(big) // 2])


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("../../etc/passwd", rules.PDF, "passwd.pdf"),
        ("C:\\temp\\报告.PDF", rules.PDF, "报告.pdf"),
        ("照片.webp", rules.JPEG, "照片.jpg"),
        ("名单.csv", rules.TEXT, "名单.csv"),
        ("a\r\nSet-Cookie: x.pdf", rules.PDF, "a Set-Cookie  x.pdf"),
        ("", rules.PNG, "文件.png"),
        ("...", rules.PNG, "文件.png"),
        ("第1.5版", rules.PDF, "第1.5版.pdf"),
    ],
)
def test_names_are_made_harmless_and_end_as_their_content(name, kind, safe):
    assert rules.safe_name(name, kind) == safe


@given(st.text(max_size=400))
def test_no_name_escapes_its_folder_or_a_header(name):
    safe = rules.safe_name(name, rules.PDF)
    assert not set(safe) & set('/\\\r\n"\x00')
    assert len(safe) <= 255
    assert safe.endswith(".pdf")
