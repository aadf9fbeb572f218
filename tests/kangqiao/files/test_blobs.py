import os
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kangqiao.core.tenancy import use_hospital
from kangqiao.files import blobs
from tenants.errors import HospitalRequired

CONTENT = "体检报告 何志远 202611230018".encode() * 50


def test_what_was_put_comes_back_and_its_address_is_its_hash(in_a):
    sha256 = blobs.put(CONTENT)
    assert sha256 == blobs.address(CONTENT)
    assert blobs.get(sha256) == CONTENT
    assert blobs.path_of(sha256).parent.parts[-3:] == (str(in_a.public_id), sha256[:2], sha256[2:4])


def test_the_disk_holds_nothing_readable(in_a, media):
    blobs.put(CONTENT)
    [file] = [path for path in media.rglob("*") if path.is_file()]
    raw = file.read_bytes()
    assert "何志远".encode() not in raw
    assert b"202611230018" not in raw


def test_any_flipped_byte_is_refused(in_a):
    sha256 = blobs.put(b"report")
    path = blobs.path_of(sha256)
    sound = path.read_bytes()
    for position in range(len(sound)):
        path.write_bytes(sound[:position] + bytes([sound[position] ^ 1]) + sound[position + 1 :])
        with pytest.raises(blobs.BlobDamaged):
            blobs.get(sha256)


@pytest.mark.parametrize("keep", [0, 3, blobs.HEADER_BYTES, blobs.HEADER_BYTES + 5])
def test_a_torn_file_is_refused(in_a, keep):
    sha256 = blobs.put(CONTENT)
    path = blobs.path_of(sha256)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(blobs.BlobDamaged):
        blobs.get(sha256)


def test_a_missing_or_swapped_file_is_refused(in_a):
    one, two = blobs.put(b"one"), blobs.put(b"two")
    blobs.path_of(one).write_bytes(blobs.path_of(two).read_bytes())
    blobs.path_of(two).unlink()
    for sha256 in (one, two):
        with pytest.raises(blobs.BlobDamaged):
            blobs.get(sha256)


def test_a_damaged_copy_is_healed_by_putting_the_content_again(in_a):
    sha256 = blobs.put(CONTENT)
    blobs.path_of(sha256).write_bytes(b"rubbish")
    blobs.put(CONTENT)
    assert blobs.get(sha256) == CONTENT


def test_a_crash_while_writing_leaves_no_half_file(in_a, media, monkeypatch):
    def crash(_descriptor):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="no space"):
        blobs.put(CONTENT)
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_alternate_writes_of_two_hospitals_in_one_process_stay_apart(db, hospital_a, hospital_b, media):
    """The first upload must not decide the folder for the rest of the process."""
    for ref in (hospital_a, hospital_b, hospital_a, hospital_b):
        with use_hospital(ref):
            sha256 = blobs.put(CONTENT)
            assert media / str(ref.public_id) in blobs.path_of(sha256).parents
    assert len([path for path in media.rglob("*") if path.is_file()]) == 2


def test_a_blob_copied_into_another_hospitals_folder_does_not_open(db, hospital_a, hospital_b):
    with use_hospital(hospital_a):
        sha256 = blobs.put(CONTENT)
        raw = blobs.path_of(sha256).read_bytes()
    with use_hospital(hospital_b):
        path = blobs.path_of(sha256)
        path.parent.mkdir(parents=True)
        path.write_bytes(raw)
        with pytest.raises(blobs.BlobDamaged):
            blobs.get(sha256)


def test_outside_a_hospital_there_are_no_files():
    with pytest.raises(HospitalRequired):
        blobs.put(CONTENT)


def test_many_writers_of_the_same_content_leave_one_sound_file(in_a, media):
    failures = []

    def write():
        try:
            with use_hospital(in_a):
                blobs.put(CONTENT)
        except Exception as error:
            failures.append(error)

    with use_hospital(in_a):
        blobs.put(b"the key is known now, so that the threads need no database")
    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert blobs.get(blobs.address(CONTENT)) == CONTENT
    assert not list(media.rglob("*.part"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=2000))
def test_any_content_survives(in_a, content):
    assert blobs.get(blobs.put(content)) == content
