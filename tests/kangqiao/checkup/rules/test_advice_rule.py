"""Conditions of advice rules."""

from decimal import Decimal

import pytest

from kangqiao.checkup.rules.advice_rule import Facts, faults_of, holds, items_in, terms_in
from kangqiao.checkup.rules.ranges import ResultFlag

pytestmark = pytest.mark.feature("I-10")

FACTS = Facts(
    sex="male",
    age=45,
    numbers={"TC": Decimal("6.2")},
    flags={"TC": ResultFlag.HIGH, "HP": ResultFlag.UNKNOWN},
    terms=frozenset({"TC_HIGH"}),
)


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        (">=", "6.2", True),
        (">", "6.2", False),
        ("<=", "6.2", True),
        ("<", "6.2", False),
        ("==", 6.2, True),
        ("!=", "6.2", False),
    ],
)
def test_values_are_compared_exactly(op: str, value: object, expected: bool) -> None:
    assert holds({"item": "TC", "op": op, "value": value}, FACTS) is expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"item": "LDL", "op": ">", "value": 1}, None),
        ({"item": "TC", "flag": "H"}, True),
        ({"item": "TC", "flag": ["L", "LL"]}, False),
        ({"item": "LDL", "flag": "H"}, None),
        ({"item": "HP", "flag": "POS"}, None),
        ({"term": "TC_HIGH"}, True),
        ({"term": "X"}, False),
        ({"sex": "male"}, True),
        ({"sex": "female"}, False),
        ({"age": {"min": 45}}, True),
        ({"age": {"max": 45}}, False),
        ({"age": {"min": 18, "max": 46}}, True),
    ],
)
def test_leaves(node: dict, expected: bool | None) -> None:
    assert holds(node, FACTS) is expected


def test_unknown_sex_or_age_answers_nothing() -> None:
    assert holds({"sex": "male"}, Facts()) is None
    assert holds({"age": {"min": 1}}, Facts()) is None


YES, NO, UNKNOWN = {"term": "TC_HIGH"}, {"term": "X"}, {"item": "LDL", "op": ">", "value": 1}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [YES, UNKNOWN]}, None),
        ({"all": [NO, UNKNOWN]}, False),
        ({"any": [NO, NO]}, False),
        ({"any": [NO, UNKNOWN]}, None),
        ({"any": [YES, UNKNOWN]}, True),
        ({"at_least": 2, "of": [YES, YES, NO]}, True),
        ({"at_least": 2, "of": [YES, UNKNOWN, NO]}, None),
        ({"at_least": 2, "of": [YES, NO, NO]}, False),
        ({"at_least": 2, "of": [UNKNOWN, NO, NO]}, False),
        ({"at_least": 1, "of": [YES, UNKNOWN, UNKNOWN]}, True),
        ({"not": YES}, False),
        ({"not": NO}, True),
        ({"not": UNKNOWN}, None),
    ],
)
def test_a_missing_result_is_unknown_and_never_counts_as_no(node: dict, expected: bool | None) -> None:
    assert holds(node, FACTS) is expected


def test_a_tree_tells_what_it_looks_at() -> None:
    tree = {
        "all": [{"not": {"item": "A", "flag": "H"}}, {"any": [{"item": "B", "op": ">", "value": 1}, {"term": "T"}]}]
    }
    assert items_in(tree) == {"A", "B"}
    assert terms_in(tree) == {"T"}
    assert terms_in({"not": {"term": "U"}}) == {"U"}
    assert faults_of(tree) == []
    count = {"at_least": 1, "of": [{"item": "C", "flag": "H"}, {"term": "V"}]}
    assert (items_in(count), terms_in(count), faults_of(count)) == ({"C"}, {"V"}, [])


@pytest.mark.parametrize(
    "node",
    [
        None, {}, [], "x", {"all": []}, {"all": "x"}, {"any": [{}]}, {"not": {"what": 1}}, {"item": "A"},
        {"item": "A", "op": "=>", "value": 1}, {"item": "A", "op": ">", "value": "viel"}, {"item": "A", "flag": "Q"},
        {"item": "A", "flag": ""}, {"term": ""}, {"term": 1}, {"sex": "x"}, {"age": {}}, {"age": {"min": "18"}},
        {"age": {"from": 1}}, {"age": {"min": True}}, {"sex": "male", "age": {"min": 1}},
        {"at_least": 2, "of": [{"sex": "male"}]}, {"at_least": 0, "of": [{"sex": "male"}]}, {"at_least": 1, "of": [{}]},
        {"at_least": "1", "of": [{"sex": "male"}]}, {"at_least": True, "of": [{"sex": "male"}]}, {"at_least": 1, "of": "x"},
    ],
)  # fmt: skip
def test_faulty_conditions_are_named_before_they_are_stored(node: object) -> None:
    assert faults_of(node)


def test_a_fault_tells_its_place() -> None:
    assert faults_of({"all": [{"sex": "male"}, {"any": [{"sex": "x"}]}]}) == [
        "条件.all[2].any[1]：性别应为 male 或 female"
    ]
