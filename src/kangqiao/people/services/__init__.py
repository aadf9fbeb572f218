from kangqiao.people.services.merging import merge_persons
from kangqiao.people.services.persons import (
    PersonData,
    create_person,
    find_or_create_person,
    update_person,
)
from kangqiao.people.services.privacy import reveal_person, set_photo
from kangqiao.people.services.seeding import (
    DEMO_ARCHIVE,
    create_demo_persons,
    load_people_dictionaries,
    remove_demo_persons,
)

__all__ = [
    "DEMO_ARCHIVE",
    "PersonData",
    "create_demo_persons",
    "create_person",
    "find_or_create_person",
    "load_people_dictionaries",
    "merge_persons",
    "remove_demo_persons",
    "reveal_person",
    "set_photo",
    "update_person",
]
