"""Lists and saves of the main path ask the database a fixed small number of questions, however many people there are."""

import pytest

from kangqiao.checkup.models import Checkup, CheckupDepartment, DepartmentVisit
from kangqiao.checkup.selectors.conclusions import conclusion_page
from kangqiao.checkup.selectors.station_page import station_page
from kangqiao.checkup.services import station
from kangqiao.checkup.services.seeding import seed_demo
from kangqiao.core.actor import SYSTEM, Actor
from tests.staff import EVERYTHING, StaffClient, staff_client

from .conftest import department, general_entries

BASE = "/api/v1/checkup"
SESSION_QUERIES = 3


@pytest.fixture
def working_day(in_a) -> StaffClient:
    """Sixty demo examinees and somebody who may see everything."""
    seed_demo(SYSTEM, count=60)
    departments = tuple(CheckupDepartment.objects.values_list("department_id", flat=True))
    client = staff_client(in_a, EVERYTHING, departments=departments)
    client.call("GET", f"{BASE}/overview")
    return client


@pytest.mark.feature("I-12", "I-13", "I-17", "I-19", "I-20")
def test_every_list_stays_within_its_budget(working_day: StaffClient, django_assert_max_num_queries) -> None:
    general = department("GEN").pk
    budgets = {
        "desk/today?mine=false&page_size=20": 3,
        "checkups?page_size=20": 2,
        "desk/packages?sex=male&age=46": 3,
        "desk/panels?q=x&sex=male": 4,
        "blood-draws?page_size=20": 2,
        "stations": 2,
        f"stations/{general}/worklist?page_size=20": 4,
        "conclusions?state=all&page_size=20": 3,
        "reviews?state=all&page_size=20": 2,
        "reports?page_size=20": 2,
        "board?page_size=20": 6,
        "overview": 3,
    }
    for path, budget in budgets.items():
        with django_assert_max_num_queries(budget + SESSION_QUERIES, info=path):
            answer = working_day.call("GET", f"{BASE}/{path}")
        assert answer.status_code == 200, answer.content
        rows = answer.json()
        if "items" in rows and not path.startswith("desk/panels"):
            assert rows["items"], path


@pytest.mark.feature("I-17")
def test_a_station_page_and_a_save_are_a_fixed_number_of_queries(
    working_day: StaffClient, doctor: Actor, django_assert_max_num_queries
) -> None:
    general = department("GEN").pk
    visit = DepartmentVisit.objects.filter(department_id=general, is_queued=True).exclude(state="done").first()
    with django_assert_max_num_queries(20):
        station_page(doctor, general, visit.checkup_id)
    saving = station.Saving(entries=general_entries())
    with django_assert_max_num_queries(32):
        station.save_results(doctor, general, visit.checkup_id, saving)


@pytest.mark.feature("I-19")
def test_the_conclusion_page_is_a_fixed_number_of_queries(
    working_day: StaffClient, chief: Actor, django_assert_max_num_queries
) -> None:
    checkup = Checkup.objects.filter(status="reviewed").first()
    with django_assert_max_num_queries(14):
        page = conclusion_page(chief, checkup.pk)
    assert page["departments"]


@pytest.mark.feature("I-12")
def test_a_detail_is_a_fixed_number_of_queries(working_day: StaffClient, django_assert_max_num_queries) -> None:
    checkup = Checkup.objects.filter(status="examining").first()
    with django_assert_max_num_queries(6 + SESSION_QUERIES):
        assert working_day.call("GET", f"{BASE}/checkups/{checkup.pk}").status_code == 200
