"""docs/features.md is made from the marks of the tests."""

import ast

import pytest

from lib.features import marks_in, rows

SOURCE = """
import pytest
pytestmark = pytest.mark.feature("I-01")

@pytest.mark.feature("I-17", "I-09")
def test_values_are_typed(): ...

@pytest.mark.feature("I-19")
class TestReview:
    @pytest.mark.feature("I-20")
    async def test_two_people(self): ...

def helper(): ...
"""


@pytest.mark.feature("P-11")
def test_marks_of_module_class_and_function_are_all_counted() -> None:
    assert list(marks_in(ast.parse(SOURCE))) == [
        ("I-01", "test_values_are_typed"),
        ("I-17", "test_values_are_typed"),
        ("I-09", "test_values_are_typed"),
        ("I-01", "test_two_people"),
        ("I-19", "test_two_people"),
        ("I-20", "test_two_people"),
    ]


def test_every_row_of_the_functional_list_is_there_once() -> None:
    ids = [row.id for row in rows()]
    assert len(ids) == len(set(ids)) == 250
