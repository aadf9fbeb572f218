from kangqiao.people.services.merging import merge_persons
from kangqiao.people.services.persons import (
    PersonData,
    create_person,
    find_or_create_person,
    update_person,
)
from kangqiao.people.services.privacy import reveal_person, set_photo

__all__ = [
    "PersonData",
    "create_person",
    "find_or_create_person",
    "merge_persons",
    "reveal_person",
    "set_photo",
    "update_person",
]
