"""Formulas over item codes, evaluated by an own small parser in Decimal: + - * / **, min(), max(), parentheses.

Names are item codes (letters, digits, underscore) plus AGE (completed years). A missing input, a division by zero or a
result that is no real number gives None. Nothing of Python is reachable from a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

MAX_LENGTH = 500
MAX_DEPTH = 40
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(\*\*|[-+*/(),]))")
_CONTEXT = Context(prec=28, Emax=60, Emin=-60, traps=[InvalidOperation, DivisionByZero, Overflow])

Values = Mapping[str, Decimal | None]
Node = Callable[[Values], Decimal]


class FormulaError(ValueError):
    """The formula cannot be read; the message is Chinese and meant for the person who wrote it."""


class _MissingInput(Exception):
    pass


@dataclass(frozen=True)
class Formula:
    """A parsed formula; `inputs` are the names it needs."""

    text: str
    inputs: frozenset[str]
    _root: Node

    def evaluate(self, values: Values) -> Decimal | None:
        """The value in full precision, or None if an input is missing or the arithmetic has no real answer."""
        with localcontext(_CONTEXT):
            try:
                result = self._root(values)
            except (_MissingInput, InvalidOperation, DivisionByZero, Overflow):
                return None
        return result if result.is_finite() else None


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if not match:
            raise FormulaError(f"公式第 {position + 1} 个字符“{text[position:].strip()[:1]}”不能识别")
        number, name, sign = match.groups()
        found.append(("number", number) if number else ("name", name) if name else ("sign", sign))
        position = match.end()
    return found


def _binary(sign: str, left: Node, right: Node) -> Node:
    if sign == "+":
        return lambda v: left(v) + right(v)
    if sign == "-":
        return lambda v: left(v) - right(v)
    if sign == "*":
        return lambda v: left(v) * right(v)
    if sign == "/":
        return lambda v: left(v) / right(v)
    return lambda v: left(v) ** right(v)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.position = 0
        self.depth = 0
        self.inputs: set[str] = set()

    def peek(self) -> str:
        if self.position == len(self.tokens):
            return ""
        kind, text = self.tokens[self.position]
        return text if kind == "sign" else kind

    def take(self, expected: str = "") -> str:
        if self.position == len(self.tokens):
            raise FormulaError("公式不完整，请补全")
        text = self.tokens[self.position][1]
        if expected and text != expected:
            raise FormulaError(f"公式此处应为“{expected}”，实际是“{text}”")
        self.position += 1
        return text

    def chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        node = part()
        while self.peek() in signs:
            node = _binary(self.take(), node, part())
        return node

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError("公式嵌套过深，请拆成多个项目")
        node = self.chain(("+", "-"), self.product)
        self.depth -= 1
        return node

    def product(self) -> Node:
        return self.chain(("*", "/"), self.signed)

    def signed(self) -> Node:
        negative = False
        while self.peek() in ("+", "-"):
            negative ^= self.take() == "-"
        node = self.power()
        return (lambda v: -node(v)) if negative else node

    def power(self) -> Node:
        base = self.atom()
        if self.peek() != "**":
            return base
        self.take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError("公式嵌套过深，请拆成多个项目")
        exponent = self.signed()
        self.depth -= 1
        return _binary("**", base, exponent)

    def atom(self) -> Node:
        kind = self.peek()
        if kind == "(":
            self.take()
            node = self.sum()
            self.take(")")
            return node
        if kind == "number":
            constant = Decimal(self.take())
            return lambda v: constant
        if kind == "name":
            name = self.take()
            return self.call(name) if self.peek() == "(" else self.name(name)
        raise FormulaError(f"公式此处多了“{kind}”" if kind else "公式不完整，请补全")

    def name(self, name: str) -> Node:
        self.inputs.add(name)

        def look_up(values: Values) -> Decimal:
            value = values.get(name)
            if value is None:
                raise _MissingInput(name)
            return value

        return look_up

    def call(self, name: str) -> Node:
        if name not in ("min", "max"):
            raise FormulaError(f"没有函数“{name}”，可用 min、max")
        self.take("(")
        parts = [self.sum()]
        while self.peek() == ",":
            self.take()
            parts.append(self.sum())
        self.take(")")
        choose: Callable[[list[Decimal]], Decimal] = min if name == "min" else max
        return lambda v: choose([part(v) for part in parts])


def parse_formula(text: str) -> Formula:
    """Read a formula once; FormulaError with a Chinese reason if it is not one."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"公式超过 {MAX_LENGTH} 个字符")
    parser = _Parser(text)
    root = parser.sum()
    if parser.position != len(parser.tokens):
        raise FormulaError(f"公式此处多了“{parser.tokens[parser.position][1]}”")
    return Formula(text, frozenset(parser.inputs), root)


def evaluate(text: str, values: Values) -> Decimal | None:
    """Parse and evaluate in one go."""
    return parse_formula(text).evaluate(values)
