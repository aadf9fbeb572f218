import io
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from kangqiao.audit.models import AuditEntry
from kangqiao.core.actor import Actor
from kangqiao.core.errors import DomainError, Forbidden, Invalid, NotFound
from kangqiao.core.tenancy import use_hospital
from kangqiao.files import api, blobs, rules, selectors, services
from kangqiao.files.enums import FileKind
from kangqiao.files.models import StoredFile
from tests.kangqiao.files.conftest import ACTOR

PDF = b"%PDF-1.7\n1 0 obj\n"


def keep(content=PDF, kind=FileKind.CHECKUP_REPORT, name="何志远 体检报告", **more):
    return services.store(ACTOR, content=content, kind=kind, name=name, **more)


def token_of(link):
    return parse_qs(urlsplit(link).query)["token"][0]


def test_a_stored_report_is_read_back_verified_and_its_storing_is_audited(in_a):
    stored = keep()
    assert (stored.original_name, stored.content_type, stored.size) == ("何志远 体检报告.pdf", rules.PDF, len(PDF))
    assert stored.created_by == "staff:7 苏敏"
    assert selectors.read(StoredFile.objects.get()) == PDF
    entry = AuditEntry.objects.get(action="files.stored")
    assert (entry.actor_id, entry.after["sha256"]) == (7, stored.sha256)


def test_the_same_content_twice_is_two_files_and_one_blob(in_a, media):
    assert keep().public_id != keep(name="另一份").public_id
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("content", "kind", "declared", "code"),
    [
        (b"", FileKind.ATTACHMENT, "", "empty"),
        (b"%PDF-" + b"0" * rules.MAX_BYTES, FileKind.ATTACHMENT, "", "too_large"),
        (b"<html>", FileKind.ATTACHMENT, "", "content_type"),
        (PDF, FileKind.PHOTO, "", "content_type"),
        (PDF, FileKind.ATTACHMENT, "image/png", "content_type"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 30, FileKind.PHOTO, "image/png", "content_type"),
    ],
)
@pytest.mark.usefixtures("in_a")
def test_what_may_not_be_kept_is_refused_and_leaves_nothing(media, content, kind, declared, code):
    with pytest.raises(Invalid) as refused:
        keep(content=content, kind=kind, content_type=declared)
    assert refused.value.params["errors"][0]["code"] == code
    assert not StoredFile.objects.exists()
    assert not media.exists()


def test_a_photo_is_encoded_anew(in_a):
    out = io.BytesIO()
    Image.new("RGB", (270, 370), "#336699").save(out, "PNG")
    stored = keep(content=out.getvalue(), kind=FileKind.PHOTO, name="照片.png", content_type="image/png")
    assert (stored.content_type, stored.original_name) == (rules.JPEG, "照片.jpg")
    assert selectors.read(stored).startswith(b"\xff\xd8\xff")


def test_a_damaged_file_is_refused_with_advice_and_known_as_unsound(in_a):
    stored = keep()
    path = blobs.path_of(stored.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(DomainError) as refused:
        selectors.read(stored)
    assert refused.value.code == "file-damaged"
    assert "备份" in refused.value.detail
    assert not selectors.is_sound(stored)


def test_an_answer_is_not_cached_sniffed_or_run_and_carries_its_chinese_name(in_a):
    response = selectors.serve(keep(), inline=False)
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E4%BD%95")
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_link_opens_for_its_person_and_the_opening_is_audited(in_a):
    stored = keep()
    link = services.signed_link(ACTOR, stored)
    assert link.startswith(f"/api/v1/files/{stored.public_id}?token=")
    found, inline = services.open_link(ACTOR, public_id=stored.public_id, token=token_of(link))
    assert (found.pk, inline) == (stored.pk, True)
    assert AuditEntry.objects.filter(action="files.opened", target_id=stored.pk, actor_id=7).count() == 1


def test_a_link_does_not_open_for_another_person_file_or_after_its_time(in_a, monkeypatch):
    one, two = keep(), keep(name="另一份")
    token = token_of(services.signed_link(ACTOR, one, life=timedelta(minutes=5)))
    others = [Actor(kind="staff", id=8), Actor(kind="patient", id=7)]
    for actor, public_id, given in [
        *((other, one.public_id, token) for other in others),
        (ACTOR, two.public_id, token),
        (ACTOR, one.public_id, token[:-2]),
        (ACTOR, one.public_id, ""),
    ]:
        with pytest.raises(Forbidden):
            services.open_link(actor, public_id=public_id, token=given)
    later = timezone.now() + timedelta(minutes=5, seconds=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(Forbidden):
        services.open_link(ACTOR, public_id=one.public_id, token=token)


@pytest.mark.feature("P-02")
def test_a_link_of_one_hospital_is_nothing_in_another_even_where_ids_collide(db, hospital_a, hospital_b):
    with use_hospital(hospital_a):
        stored = keep()
        token = token_of(services.signed_link(ACTOR, stored))
    with use_hospital(hospital_b):
        twin = keep(name="乙医院的文件")
        StoredFile.objects.filter(pk=twin.pk).update(id=stored.pk, public_id=stored.public_id)
        assert StoredFile.objects.get(pk=stored.pk).original_name == "乙医院的文件.pdf"
        with pytest.raises(Forbidden):
            services.open_link(ACTOR, public_id=stored.public_id, token=token)


def test_a_link_signed_with_another_key_does_not_open(in_a):
    stored = keep()
    with override_settings(SECRET_KEY="another"):
        token = token_of(services.signed_link(ACTOR, stored))
    with pytest.raises(Forbidden):
        services.open_link(ACTOR, public_id=stored.public_id, token=token)


def test_the_door_serves_the_file_behind_a_valid_link(in_a):
    stored = keep()
    token = token_of(services.signed_link(ACTOR, stored))
    response = api.open_file(SimpleNamespace(actor=ACTOR), stored.public_id, token)
    assert response.content == PDF


def test_an_unknown_file_is_not_found(in_a):
    with pytest.raises(NotFound):
        selectors.get_file("00000000-0000-4000-8000-000000000000")
