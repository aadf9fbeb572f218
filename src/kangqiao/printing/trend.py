"""Sparklines of a result over the years: band = reference range, triangle = outside it. Pure, greyscale-safe."""

from __future__ import annotations

from collections.abc import Callable, Sequence

WIDTH, HEIGHT, PAD_X, PAD_Y = 72.0, 14.0, 4.0, 2.5
INK, BAND = "#5d6b66", "#dcebe5"
OUTSIDE = {"high": "#b3311c", "low": "#24589b"}


def sparkline_svg(
    points: Sequence[tuple[float | None, str]], *, low: float | None = None, high: float | None = None
) -> str:
    """SVG for (value, side) points oldest first; `side` is "high", "low" or "". Fewer than one value: ""."""
    known = [(i, v, side) for i, (v, side) in enumerate(points) if v is not None]
    if not known:
        return ""
    bottom, top = _scale([v for _, v, _ in known])

    def y(value: float) -> float:
        share = 0.5 if top == bottom else (value - bottom) / (top - bottom)
        return HEIGHT - PAD_Y - share * (HEIGHT - 2 * PAD_Y)

    def x(index: int) -> float:
        return WIDTH - PAD_X if len(points) == 1 else PAD_X + index * (WIDTH - 2 * PAD_X) / (len(points) - 1)

    parts = [_band(y, low, high)]
    if len(known) > 1:
        line = " ".join(f"{x(i):.1f},{y(v):.1f}" for i, v, _ in known)
        parts.append(f'<polyline fill="none" stroke="{INK}" stroke-width="1.2" points="{line}"/>')
    parts += [_point(x(i), y(v), side, last=i == len(points) - 1) for i, v, side in known]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="19mm" height="3.7mm" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}">{"".join(parts)}</svg>'
    )


def _scale(values: list[float]) -> tuple[float, float]:
    """A small wobble must not look like a cliff: the scale spans at least 12 % of the level."""
    bottom, top = min(values), max(values)
    least = abs(top + bottom) / 2 * 0.12
    if top - bottom < least:
        middle = (top + bottom) / 2
        bottom, top = middle - least / 2, middle + least / 2
    return bottom, top


def _band(y: Callable[[float], float], low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    upper = 0.0 if high is None else min(max(y(high), 0.0), HEIGHT)
    lower = HEIGHT if low is None else min(max(y(low), 0.0), HEIGHT)
    if lower <= upper:
        return ""
    return f'<rect fill="{BAND}" x="0" y="{upper:.1f}" width="{WIDTH:g}" height="{lower - upper:.1f}"/>'


def _point(x: float, y: float, side: str, *, last: bool) -> str:
    size = 3.5 if last else 2.4
    if side == "high":
        return f'<path fill="{OUTSIDE["high"]}" d="M{x - size:.1f} {y + size * 0.75:.1f}h{2 * size:.1f}L{x:.1f} {y - size:.1f}z"/>'
    if side == "low":
        return f'<path fill="{OUTSIDE["low"]}" d="M{x - size:.1f} {y - size * 0.75:.1f}h{2 * size:.1f}L{x:.1f} {y + size:.1f}z"/>'
    return f'<circle fill="{INK}" cx="{x:.1f}" cy="{y:.1f}" r="{2.4 if last else 1.4}"/>'
