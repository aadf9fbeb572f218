"""The benchmark measures what it says: same statements, same state before each round, data that obey the product."""

import json
from urllib.parse import urlencode

import orjson
import pytest
from django.db import connection

from infra.benchmark import cases, provisioning
from infra.benchmark.measure import Comparison, ratio
from infra.benchmark.people import make_persons, sample
from infra.benchmark.table import text_of
from infra.benchmark.twin import Case, Product, Request, Twin, record
from kangqiao.checkup.models import DepartmentVisit, ItemResult, SupersededResult
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.people.models import Person
from kangqiao.people.selectors import search_persons
from tests.staff import EVERYTHING, staff_client


def cookie_of(hospital: TenantRef) -> str:
    return next(iter(staff_client(hospital, EVERYTHING).cookies.values())).value


def search(person: Person) -> Request:
    return Request("GET", "/api/v1/people/persons", urlencode({"q": person.phone}))


def test_persons_in_bulk_are_sealed_and_found_through_the_blind_index(in_a: TenantRef) -> None:
    make_persons(60)
    person = sample(3)[1]
    with connection.cursor() as cursor:
        cursor.execute("select phone from people_person where id = %s", [person.pk])
        stored = cursor.fetchone()[0]
    assert stored.startswith("k")
    assert person.phone not in stored
    assert [each.pk for each in search_persons(person.phone)] == [person.pk]
    assert [each.pk for each in search_persons(person.id_number)] == [person.pk]
    assert person.pk in {each.pk for each in search_persons(person.pinyin_initials)}


def test_twin_reads_the_rows_of_the_product_and_a_refusal_stops_the_run(
    transactional_db: None, hospital_a: TenantRef
) -> None:
    with use_hospital(hospital_a):
        make_persons(60)
        persons = sample(3)
    product, twin = Product(hospital_a, cookie_of(hospital_a)), Twin(hospital_a)
    recording = record(product, search(persons[0]), hospital_a)
    twin_rows = {row["id"] for rows in orjson.loads(twin.answer(recording)) for row in rows if "archive_no" in row}
    twin.connection.close()
    assert {item["id"] for item in json.loads(recording.answer)["items"]} == twin_rows == {persons[0].pk}
    assert not recording.writes

    case = Case("search", "search", [search(each) for each in persons], product.cookie)
    figures = Comparison(hospital_a, case).run(2)
    assert (figures["rounds"], figures["requests_per_round"]) == (2, len(persons))
    stranger = Product(hospital_a, "0.nobody")
    with pytest.raises(RuntimeError, match="401"):
        stranger.answer(stranger.environ(search(persons[0])))


def test_ratio_is_taken_round_by_round() -> None:
    assert ratio([2.0, 9.0, 4.0], [1.0, 3.0, 1.0]) == {"median": 3.0, "smallest": 2.0}


@pytest.mark.slow
def test_saves_begin_from_the_same_state_in_every_round_and_all_is_printed(
    transactional_db: None, hospital_a: TenantRef
) -> None:
    size = cases.Size(demo=3, persons=40, waiting=2, per_round=2, rounds=2, seconds_per_case=1.0)
    rows, figures = cases.run(hospital_a, size)
    assert {each["name"] for each in figures} >= {"station_worklist", "save_first", "save_correction", "search_phone"}
    assert all(each["queries"] > 0 and each["ratios"]["product_to_twin"]["median"] > 0 for each in figures)
    with use_hospital(hospital_a):
        mine = list(Person.objects.filter(archive_no__startswith="CS").values_list("pk", flat=True))
        results = ItemResult.objects.filter(checkup__person__in=mine)
        assert set(results.values_list("version", flat=True)) == {1}
        assert not SupersededResult.objects.filter(result__in=results).exists()
        assert DepartmentVisit.objects.filter(checkup__person__in=mine, state="examining").count() == size.waiting
    report = {
        "machine": {
            "load_average": {"before": [1.0], "after": [1.0]},
            "cpu_pressure": {"before": None, "after": 70.0},
            "busy": True,
            **dict.fromkeys(("processors", "python", "django", "postgres", "durability"), "?"),
        },
        "rows": rows,
        "cases": figures,
        "provisioning": provisioning.run(1),
    }
    text = text_of(report)
    assert "save of a department: correction" in text
    assert "plain migrations / new hospital" in text
    assert "machine was busy" in text
