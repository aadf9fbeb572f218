from hypothesis import given
from hypothesis import strategies as st

from kangqiao.printing.trend import HEIGHT, sparkline_svg


def test_no_value_draws_nothing():
    assert sparkline_svg([(None, ""), (None, "")]) == ""


def test_points_outside_the_range_are_triangles_and_the_others_dots():
    svg = sparkline_svg([(5.0, ""), (6.0, "high"), (3.0, "low")], low=4, high=5.5)
    assert svg.count("<circle") == 1
    assert svg.count("<path") == 2
    assert "<rect" in svg


def test_a_gap_in_the_years_is_bridged_and_a_range_off_the_scale_draws_no_band():
    svg = sparkline_svg([(5.0, ""), (None, ""), (5.1, "")], low=100, high=200)
    assert svg.count("<circle") == 2
    assert "<rect" not in svg


numbers = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(st.tuples(st.none() | numbers, st.sampled_from(["", "high", "low"])), max_size=8), numbers, numbers)
def test_nothing_is_drawn_outside_the_box(points, a, b):
    svg = sparkline_svg(points, low=min(a, b), high=max(a, b))
    for line in svg.split("points=")[1:]:
        for pair in line.split('"')[1].split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= 72
            assert 0 <= y <= HEIGHT
