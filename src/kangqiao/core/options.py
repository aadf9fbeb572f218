"""The registry of options; values are kept by the `options` app. Declared in `<app>/options.py` as OPTIONS."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from kangqiao.core.errors import Invalid
from kangqiao.core.registry import Registry

Scope = Literal["hospital", "department", "workstation"]


@dataclass(frozen=True, slots=True)
class Option:
    """`Option("checkup.bmi_auto", bool, True, "自动计算体重指数", feature="I-75")`: one line is a working option."""

    name: str
    kind: type
    default: Any
    title: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    scopes: tuple[Scope, ...] = ("hospital",)
    group: str = ""
    feature: str = ""

    def parse(self, value: Any) -> Any:
        """The value in the option's type. Raises Invalid."""
        if self.kind is bool:
            if not isinstance(value, bool):
                raise Invalid.field("value", f"“{self.title}”只能是开或关")
            return value
        if self.choices and value not in dict(self.choices):
            raise Invalid.field("value", f"“{self.title}”可选：" + "、".join(title for _, title in self.choices))
        try:
            parsed = Decimal(str(value)) if self.kind is Decimal else self.kind(value)
        except (ValueError, ArithmeticError) as error:
            raise Invalid.field("value", f"“{self.title}”的值不对：{value}") from error
        low, high = self.minimum, self.maximum
        if (low is not None and parsed < low) or (high is not None and parsed > high):
            raise Invalid.field("value", f"“{self.title}”应在 {low} 到 {high} 之间")
        return parsed


OPTIONS: Registry[Option] = Registry("option")
