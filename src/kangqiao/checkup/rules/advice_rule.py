"""Conditions of advice rules: a JSON tree over items, flags, terms, sex and age, with three-valued logic.

Nodes: {"all": [...]} {"any": [...]} {"not": node} {"at_least": 3, "of": [...]} {"item": code, "op": ">=", "value": "6.2"}
{"item": code, "flag": ["H", "HH"]} {"term": code} {"sex": "male"} {"age": {"min": 18, "max": 65}} (years, max exclusive).
An item without result is unknown, and a rule fires only when its tree is surely true (checkup.md 3 TermRule, 4.9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from .plain import FEMALE, MALE
from .ranges import ResultFlag

OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
Condition = Mapping[str, Any]


@dataclass(frozen=True)
class AdviceRule:
    """When `expression` holds, `term` is concluded and the terms in `absorbs` fold into it. Lower priority runs first."""

    code: str
    term: str
    expression: Condition
    absorbs: frozenset[str] = frozenset()
    priority: int = 100
    stops: bool = False


@dataclass(frozen=True)
class MergeRule:
    """At least `minimum` of `terms` present: they are printed once, as `into`."""

    code: str
    terms: frozenset[str]
    into: str
    minimum: int = 2


@dataclass(frozen=True)
class Facts:
    """What is known of one examinee when the rules run. `flags` and `numbers` hold performed items only."""

    sex: str = ""
    age: int | None = None
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    flags: Mapping[str, ResultFlag] = field(default_factory=dict)
    terms: frozenset[str] = frozenset()


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    if any(a is False for a in known):
        return False
    return None if any(a is None for a in known) else True


def _negate(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _count(wanted: int, answers: list[bool | None]) -> bool | None:
    """True once enough are surely true, False once they no longer can be."""
    if answers.count(True) >= wanted:
        return True
    return False if len(answers) - answers.count(False) < wanted else None


def _compare_item(node: Condition, facts: Facts) -> bool | None:
    code = str(node["item"])
    if "flag" in node:
        flag = facts.flags.get(code)
        wanted = node["flag"] if isinstance(node["flag"], list) else [node["flag"]]
        return None if flag in (None, ResultFlag.UNKNOWN) else flag in wanted
    value = facts.numbers.get(code)
    if value is None:
        return None
    bound = Decimal(str(node["value"]))
    return {
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
        "==": value == bound,
        "!=": value != bound,
    }[str(node["op"])]


def _compare_age(bounds: Mapping[str, Any], age: int | None) -> bool | None:
    if age is None:
        return None
    return age >= int(bounds.get("min", 0)) and age < int(bounds.get("max", 200))


def holds(node: Condition, facts: Facts) -> bool | None:
    """True, False, or None when a result that the answer needs is missing."""
    if "all" in node:
        return _all(holds(part, facts) for part in node["all"])
    if "any" in node:
        return _negate(_all(_negate(holds(part, facts)) for part in node["any"]))
    if "not" in node:
        return _negate(holds(node["not"], facts))
    if "at_least" in node:
        return _count(int(node["at_least"]), [holds(part, facts) for part in node["of"]])
    if "item" in node:
        return _compare_item(node, facts)
    if "term" in node:
        return str(node["term"]) in facts.terms
    if "sex" in node:
        return node["sex"] == facts.sex if facts.sex in (MALE, FEMALE) else None
    return _compare_age(node["age"], facts.age)


def items_in(node: Condition) -> frozenset[str]:
    """Item codes that the tree looks at."""
    if "not" in node:
        return items_in(node["not"])
    parts = node.get("all") or node.get("any") or node.get("of") or []
    own = {str(node["item"])} if "item" in node else set()
    return frozenset(own).union(*(items_in(part) for part in parts))


def terms_in(node: Condition) -> frozenset[str]:
    """Term codes that the tree looks at."""
    if "not" in node:
        return terms_in(node["not"])
    parts = node.get("all") or node.get("any") or node.get("of") or []
    own = {str(node["term"])} if "term" in node else set()
    return frozenset(own).union(*(terms_in(part) for part in parts))


def _faults_of_item(node: Condition, where: str) -> list[str]:
    if set(node) == {"item", "flag"}:
        flags = node["flag"] if isinstance(node["flag"], list) else [node["flag"]]
        return [f"{where}：没有提示标志“{f}”" for f in flags if f not in set(ResultFlag) or not f]
    if set(node) != {"item", "op", "value"}:
        return [f"{where}：项目条件应写 item、op、value 或 item、flag"]
    if node["op"] not in OPERATORS:
        return [f"{where}：没有比较符“{node['op']}”"]
    try:
        Decimal(str(node["value"]))
    except InvalidOperation:
        return [f"{where}：“{node['value']}”不是数值"]
    return []


def _faults_of_age(bounds: object, where: str) -> list[str]:
    if not isinstance(bounds, Mapping) or not bounds or set(bounds) - {"min", "max"}:
        return [f"{where}：年龄条件应写 min、max（岁）"]
    if not all(isinstance(v, int) and not isinstance(v, bool) for v in bounds.values()):
        return [f"{where}：年龄应为整数岁"]
    return []


def _faults_of_count(node: Condition, where: str) -> list[str]:
    wanted, parts = node["at_least"], node["of"]
    if not isinstance(parts, list) or not isinstance(wanted, int) or isinstance(wanted, bool):
        return [f"{where}：至少几项应写 at_least（整数）和 of（条件列表）"]
    if not 1 <= wanted <= len(parts):
        return [f"{where}：at_least 应在 1 到 {len(parts)} 之间"]
    return [fault for i, part in enumerate(parts, 1) for fault in faults_of(part, f"{where}.of[{i}]")]


def _faults_of_leaf(node: Condition, where: str) -> list[str]:
    if set(node) == {"term"}:
        return [] if isinstance(node["term"], str) and node["term"] else [f"{where}：缺少结论词代码"]
    if set(node) == {"sex"}:
        return [] if node["sex"] in (MALE, FEMALE) else [f"{where}：性别应为 male 或 female"]
    if set(node) == {"age"}:
        return _faults_of_age(node["age"], where)
    return [f"{where}：不认识的条件 {'、'.join(sorted(map(str, node)))}"]


def faults_of(node: object, where: str = "条件") -> list[str]:
    """What is wrong with a condition before it is stored (Chinese, with the place), or an empty list."""
    if not isinstance(node, Mapping) or not node:
        return [f"{where}：应为一个条件"]
    for key in ("all", "any"):
        if set(node) == {key}:
            parts = node[key]
            if not isinstance(parts, list) or not parts:
                return [f"{where}：{key} 至少要有一个条件"]
            return [fault for i, part in enumerate(parts, 1) for fault in faults_of(part, f"{where}.{key}[{i}]")]
    if set(node) == {"at_least", "of"}:
        return _faults_of_count(node, where)
    if set(node) == {"not"}:
        return faults_of(node["not"], f"{where}.not")
    if "item" in node:
        return _faults_of_item(node, where)
    return _faults_of_leaf(node, where)
