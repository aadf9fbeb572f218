"""What the doctors of the tour enter at their stations."""

from typing import Any

# By item code: three readings of the blood pressure on the right arm, one weight, one height.
TYPED = {
    "HEIGHT": "173.2",
    "WEIGHT": "81.5",
    "WAIST": "92",
    "HIP": "98",
    "SBP": ["148", "136", "140"],
    "DBP": ["92", "88", "90"],
}


def usual_number(item: dict[str, Any]) -> str:
    """A number that nobody would remark on: inside the reference range, or low in what may be entered."""
    low, high, least, most = (
        float(text) if (text := item.get(name)) else None
        for name in ("range_low", "range_high", "valid_min", "valid_max")
    )
    if low is not None and high is not None:
        value = (low + high) / 2
    elif high is not None:
        value = high * 0.6
    elif low is not None:
        value = low * 1.2
    else:
        value = (least or 0) + 0.3 * ((most or 10) - (least or 0))
    value = min(max(value, least or value), most or value)
    return f"{value:.{item['decimals'] or 0}f}"


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
        return {**line, "value": usual_number(item)}
    choices = item.get("choices") or []
    return {**line, "value": choices[0]["value"] if choices else "未见异常"}
