"""Persons: one record of one human being, found quickly, shown masked."""

from datetime import date

import pytest
from django.db import connection

from kangqiao.audit.models import AuditEntry
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, Forbidden, Invalid
from kangqiao.core.search import full_pinyin, pinyin_initials
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.people.models import Person, PersonMerge
from kangqiao.people.ports import merge_targets, unregistered_references
from kangqiao.people.selectors import find_duplicates, person_card, search_persons
from kangqiao.people.services import (
    PersonData,
    create_person,
    find_or_create_person,
    merge_persons,
    reveal_person,
    update_person,
)
from tests.staff import EVERYTHING, staff_client

HE = PersonData(name="何志远", id_number="420106198003141211", phone="13812342067")


def test_sex_and_birthday_come_from_the_id_number(clerk: Actor) -> None:
    person = create_person(clerk, HE)
    assert (person.sex, person.birth_date) == ("male", date(1980, 3, 14))
    assert person.archive_no.startswith("TJ")


def test_a_sex_that_contradicts_the_id_number_is_refused_with_the_fix(clerk: Actor) -> None:
    with pytest.raises(Invalid) as error:
        create_person(clerk, PersonData(name="何志远", sex="female", id_number=HE.id_number))
    assert error.value.params["errors"][0]["pointer"] == "/sex"
    assert not Person.objects.exists()


def test_the_same_id_number_is_never_recorded_twice(clerk: Actor) -> None:
    first = create_person(clerk, HE)
    for allow in (False, True):
        with pytest.raises(Conflict) as error:
            create_person(clerk, PersonData(name="何致远", id_number=HE.id_number), allow_duplicate=allow)
        assert error.value.params["candidates"][0]["id"] == first.pk


def test_a_namesake_with_the_same_phone_or_birthday_is_shown_before_a_second_record(clerk: Actor) -> None:
    create_person(clerk, HE)
    twin = PersonData(name="何志远", phone=HE.phone)
    assert [each.reasons for each in find_duplicates("何志远", phone=HE.phone)] == [("name_phone",)]
    with pytest.raises(Conflict, match="档案"):
        create_person(clerk, twin)
    assert create_person(clerk, twin, allow_duplicate=True).pk


def test_find_or_create_takes_the_record_and_fills_its_blanks(clerk: Actor) -> None:
    first = create_person(clerk, PersonData(name="何志远", id_number=HE.id_number))
    found, fresh = find_or_create_person(clerk, HE)
    assert (found.pk, fresh) == (first.pk, False)
    assert Person.objects.get().phone == HE.phone
    with pytest.raises(Conflict, match="档案姓名是“何志远”"):
        find_or_create_person(clerk, PersonData(name="王五", id_number=HE.id_number))


def test_id_number_and_phone_are_sealed_in_the_database_and_masked_outside(clerk: Actor) -> None:
    person = create_person(clerk, HE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM people_person")
        stored = cursor.fetchone()
    assert HE.id_number not in stored[0]
    assert HE.phone not in stored[1]
    card = person_card(person)
    assert card["id_number_masked"] == "420106********1211"
    assert HE.phone not in str(card)


def test_a_reveal_is_audited_with_its_purpose_and_needs_its_right(clerk: Actor) -> None:
    person = create_person(clerk, HE)
    assert reveal_person(clerk, person.pk, ["phone"], purpose="通知复查") == {"phone": HE.phone}
    entry = AuditEntry.objects.get(action="people.person.revealed")
    assert (entry.target_id, entry.extra["purpose"]) == (person.pk, "通知复查")
    with pytest.raises(Forbidden):
        reveal_person(Actor(kind="staff", id=2), person.pk, ["phone"], purpose="好奇")


def test_the_trail_of_a_change_never_holds_sealed_values(clerk: Actor) -> None:
    person = create_person(clerk, HE)
    update_person(clerk, person.pk, {"phone": "13900001111", "occupation": "教师"})
    entries = list(AuditEntry.objects.filter(target_kind="people.person").values_list("before", "after", "extra"))
    assert "13900001111" not in str(entries)
    assert HE.id_number not in str(entries)


@pytest.mark.parametrize(
    "text", ["hzy", "HZ", "hezhi", "何志", "13812342067", "420106198003141211", "420106198003141211 ", "TJ0000001"]
)
def test_a_person_is_found_by_pinyin_name_phone_id_number_and_archive_number(clerk: Actor, text: str) -> None:
    person = create_person(clerk, HE)
    create_person(clerk, PersonData(name="吴秀珍", phone="13700001111"))
    assert list(search_persons(text)) == [person]


@pytest.mark.parametrize("text", ["1381234", "志远", "42010619800314121X", "xyz"])
def test_parts_of_numbers_and_of_names_find_nobody(clerk: Actor, text: str) -> None:
    create_person(clerk, HE)
    assert not search_persons(text).exists()


def test_a_search_is_served_by_an_index_among_twenty_thousand(clerk: Actor) -> None:
    names = [
        f"{a}{b}{c}" for a in "赵钱孙李周吴郑王冯陈" for b in "建国文明晓志秀丽海云" for c in "华平军红霞芳伟强敏静"
    ]
    Person.objects.bulk_create(
        Person(
            archive_no=f"TJ{place:07d}",
            name=names[place % len(names)],
            pinyin_initials=pinyin_initials(names[place % len(names)]),
            pinyin_full=full_pinyin(names[place % len(names)]),
        )
        for place in range(20_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person")
    for text, index in (("zjh", "person_initials"), ("何志", "person_name"), ("13812342067", "phone_index")):
        plan = search_persons(text)[:50].explain()
        assert index in plan, plan
        assert "Seq Scan" not in plan, plan


def test_the_list_of_persons_stays_within_its_query_budget(clerk, in_a, django_assert_max_num_queries) -> None:
    for place in range(30):
        create_person(clerk, PersonData(name=f"何志远{place}", phone=f"138000000{place:02d}"))
    client = staff_client(in_a, EVERYTHING)
    client.call("GET", "/api/v1/people/persons?q=hzy")
    with django_assert_max_num_queries(7):
        answer = client.call("GET", "/api/v1/people/persons?q=hzy&page_size=20")
    assert answer.json()["count"] == 30


def test_merging_keeps_one_record_moves_what_hung_on_the_other_and_leaves_a_trace(clerk: Actor) -> None:
    kept = create_person(clerk, PersonData(name="何志远", id_number=HE.id_number))
    other = create_person(clerk, PersonData(name="何志远", phone=HE.phone, sex="male", allergies="青霉素"))
    merge = merge_persons(clerk, kept.pk, other.pk, reason="同一人")
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.phone, kept.allergies) == (HE.phone, "青霉素")
    assert (other.is_active, other.merged_into_id) == (False, kept.pk)
    assert list(search_persons("hzy")) == [kept]
    assert PersonMerge.objects.get().reason == "同一人" == merge.reason
    assert AuditEntry.objects.filter(action="people.person.merged", target_id=kept.pk).exists()


def test_two_different_id_numbers_are_never_merged(clerk: Actor) -> None:
    kept = create_person(clerk, HE)
    other = create_person(clerk, PersonData(name="何志远", id_kind="passport", id_number="E12345678", sex="male"))
    with pytest.raises(Conflict, match="证件号不同"):
        merge_persons(clerk, kept.pk, other.pk, reason="同名")


def test_everything_that_points_to_a_person_is_registered_for_merging() -> None:
    assert unregistered_references() == []
    assert "checkup.Checkup" in {target.model for target in merge_targets()}


def test_persons_of_two_hospitals_with_one_id_stay_apart(clerk: Actor, in_a, hospital_b: TenantRef) -> None:
    mine = create_person(clerk, HE)
    with use_hospital(hospital_b):
        theirs = create_person(clerk, HE)
        Person.objects.filter(pk=theirs.pk).update(id=mine.pk)
        theirs = Person.objects.get(pk=mine.pk)
        assert list(search_persons("13812342067")) == [theirs]
        stranger = staff_client(hospital_b, EVERYTHING)
    assert theirs.phone_index != mine.phone_index
    assert stranger.call("GET", f"/api/v1/people/persons/{mine.pk}").json()["public_id"] == str(theirs.public_id)


def test_the_api_shows_duplicates_parses_numbers_and_merges(in_a) -> None:
    client = staff_client(in_a, EVERYTHING)
    made = client.call("POST", "/api/v1/people/persons", {"name": "何志远", "id_number": HE.id_number})
    assert made.status_code == 201
    again = client.call("POST", "/api/v1/people/persons", {"name": "何志远", "id_number": HE.id_number})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/person-duplicate")
    check = {"name": "何志远", "id_number": HE.id_number}
    found = client.call("POST", "/api/v1/people/persons/check-duplicates", check).json()["items"]
    assert found[0]["reason_text"] == "证件号码相同、姓名和出生日期相同" or found[0]["reasons"] == ["id_number"]
    parsed = client.call("POST", "/api/v1/people/persons/parse-id", {"id_number": "123"}).json()
    assert (parsed["valid"], parsed["message"]) == (False, "身份证号应为 18 位，现在是 3 位，请核对")
    other = client.call("POST", "/api/v1/people/persons", {"name": "何致远", "sex": "male"}).json()
    merge = {"other_id": other["id"], "reason": "录错姓名"}
    path = f"/api/v1/people/persons/{made.json()['id']}"
    assert client.call("POST", f"{path}/merge", merge).json()["person"]["name"] == "何志远"
    assert client.call("GET", f"/api/v1/people/persons/{other['id']}").json()["merged_into_id"] == made.json()["id"]
