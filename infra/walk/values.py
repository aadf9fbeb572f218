"""What the doctors of the tour enter at their stations."""

from typing import Any

# By item code: three readings of the blood pressure on the right arm, one weight, one height.
TYPED = {"HEIGHT": "173.2", "WEIGHT": "81.5", "SBP": ["148", "136", "140"], "DBP": ["92", "88", "90"]}


def middle(low: str | None, high: str | None, decimals: int) -> str:
    """A value in the middle of the reference range; beside the only limit when there is one."""
    if low and high:
        value = (float(low) + float(high)) / 2
    elif high:
        value = float(high) * 0.6
    else:
        value = float(low or 1) * 1.2
    return f"{value:.{decimals or 0}f}"


def entry(item: dict[str, Any]) -> dict[str, Any] | None:
    """The line of a save for one item of the station's page; None when there is nothing to type."""
    result = item.get("result") or {}
    if item["computed"] or result.get("value"):
        return None
    line = {"item_id": item["item_id"], "value": "", "version": result.get("version", 0)}
    typed = TYPED.get(item["code"])
    if isinstance(typed, list) and item.get("readings", 1) > 1:
        return {**line, "readings": typed}
    if typed:
        return {**line, "value": typed if isinstance(typed, str) else typed[-1]}
    usual = next((found for found in item["findings"] if found["is_default"]), None)
    if usual:
        return {**line, "value": usual["text"], "finding_id": usual["id"]}
    if item["kind"] == "numeric":
        return {**line, "value": middle(item["range_low"], item["range_high"], item["decimals"])}
    choices = item.get("choices") or []
    return {**line, "value": choices[0]["value"] if choices else "未见异常"}
