"""The main path by services: from enrolment to the released report."""

import hashlib

import pytest

from kangqiao.checkup.models import Checkup, Conclusion, ItemResult
from kangqiao.checkup.selectors.station_page import station_page
from kangqiao.checkup.services import arrival, conclusion, report, review, sampling, station
from kangqiao.core.actor import Actor
from kangqiao.files.selectors import get_file, read

from .conftest import department, general_entries


@pytest.mark.feature("I-12", "I-16", "I-17", "I-19", "I-20")
def test_one_examinee_walks_from_enrolment_to_the_released_report(
    enrol, receptionist: Actor, phlebotomist: Actor, doctor: Actor, chief: Actor, reviewer: Actor
) -> None:
    checkup: Checkup = enrol("GENERAL", "CBC")
    arrival.check_in_examinee(receptionist, checkup.pk)
    sampling.draw_blood(phlebotomist, checkup.specimens.get().barcode)
    general = department("GEN").pk
    station.open_station(doctor, general, checkup.pk)
    station.complete_department(doctor, general, checkup.pk, station.Saving(entries=general_entries()))
    page = station_page(doctor, general, checkup.pk)
    results = {row["code"]: row["result"] for row in page["panels"][0]["items"] if row["result"]}
    assert (results["SBP"]["value"], results["DBP"]["value"]) == ("141", "89")
    assert results["BMI"]["value"] == "26.8"
    assert results["BMI"]["class_text"] == "超重"
    checkup.refresh_from_db()
    assert checkup.status == "examining"
    lab = department("LAB").pk
    sheet = station_page(doctor, lab, checkup.pk)
    entries = [
        station.Entry(row["item_id"], row["range_low"] or row["range_high"] or "1")
        for row in sheet["panels"][0]["items"]
        if row["required"]
    ]
    station.complete_department(doctor, lab, checkup.pk, station.Saving(entries=entries))
    checkup.refresh_from_db()
    assert checkup.status == "departments_done"
    conclusion.open_conclusion(chief, checkup.pk)
    conclusion.conclude_checkup(chief, checkup.pk)
    review.review_checkup(reviewer, checkup.pk)
    version = report.render_report(receptionist, checkup.pk)
    content = read(get_file(version.file_public_id))
    assert content.startswith(b"%PDF")
    assert version.sha256 == hashlib.sha256(content).hexdigest()
    report.release_report(receptionist, checkup.pk, version.version)
    checkup.refresh_from_db()
    assert checkup.status == "released"
    assert "血压" in Conclusion.objects.get(checkup=checkup).verdict
    assert ItemResult.objects.filter(checkup=checkup, flag="").count() < 8
