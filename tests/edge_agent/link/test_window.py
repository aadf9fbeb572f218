"""Backpressure and back-off."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.link.backoff import Backoff
from edge_agent.link.window import Window


@given(st.lists(st.integers(1, 400), min_size=1, max_size=200), st.integers(1, 20), st.integers(100, 2000))
def test_never_more_than_the_window_is_unacknowledged(sizes: list[int], messages: int, room: int) -> None:
    window, flying = Window(messages, room), []
    for seq, size in enumerate(sizes, start=1):
        while not window.admits(size):
            window.acked(flying.pop(0)[0])
        window.sent(seq, size)
        flying.append((seq, size))
        assert len(flying) <= messages
        assert sum(s for _, s in flying) <= room or len(flying) == 1


def test_an_envelope_larger_than_the_window_still_goes_alone() -> None:
    window = Window(64, 100)
    assert window.admits(5000)
    window.sent(1, 5000)
    assert not window.admits(1)


def test_a_window_of_no_messages_is_a_pause() -> None:
    window = Window()
    window.resize(0, 1 << 20)
    assert not window.admits(1)


def test_waits_grow_to_a_minute_and_are_drawn_from_the_whole_range() -> None:
    drawn: list[tuple[float, float]] = []

    def highest(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    backoff = Backoff(highest)
    waits = [backoff.next() for _ in range(9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert {low for low, _ in drawn} == {0.0}
    backoff.reset()
    assert backoff.next() == 1


def test_a_refusal_has_its_own_wait_and_a_busy_cloud_names_one() -> None:
    backoff = Backoff(lambda low, high: low)
    assert backoff.next("revoked") == 60
    assert backoff.next("pending") == 5
    assert backoff.next("busy", 7) == 7
    assert backoff.next() == 0.2
