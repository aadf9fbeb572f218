from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kangqiao.vendors.circuit import CircuitBreaker
from kangqiao.vendors.masking import mask_email, mask_phone

FAILURES, COOL_DOWN_S = 3, 10.0


class Breaker(RuleBasedStateMachine):
    """Against the plain statement: shut after three failures in a row, one trial after each cool-down."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.breaker = CircuitBreaker(failures=FAILURES, cool_down_s=COOL_DOWN_S, clock=lambda: self.now)
        self.in_a_row = 0
        self.last_failure = 0.0
        self.trial_at = None

    @rule(seconds=st.floats(0, 25))
    def time_passes(self, seconds):
        self.now += seconds

    @rule(works=st.booleans())
    def a_call_is_made_if_allowed(self, works):
        open_now = self.in_a_row >= FAILURES
        expected = not open_now or (
            self.now - self.last_failure >= COOL_DOWN_S
            and (self.trial_at is None or self.now - self.trial_at >= COOL_DOWN_S)
        )
        assert self.breaker.allows() == expected
        if not expected:
            return
        if works:
            self.breaker.succeeded()
            self.in_a_row = 0
        else:
            self.breaker.failed()
            self.in_a_row += 1
            self.last_failure = self.now
        self.trial_at = None

    @rule()
    def a_call_is_allowed_and_never_reports_back(self):
        if self.breaker.allows() and self.in_a_row >= FAILURES:
            self.trial_at = self.now

    @invariant()
    def fewer_failures_never_shut_it(self):
        if self.in_a_row < FAILURES:
            assert self.breaker.allows()


TestBreaker = Breaker.TestCase


def test_an_open_circuit_lets_one_call_try_after_the_cool_down():
    now = [0.0]
    breaker = CircuitBreaker(failures=1, cool_down_s=30, clock=lambda: now[0])
    breaker.failed()
    now[0] = 29.9
    assert not breaker.allows()
    now[0] = 30.0
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.succeeded()
    assert breaker.allows()


def test_masked_addresses_keep_too_little_to_call_or_write_to():
    assert mask_phone("13812340018") == "138****0018"
    assert mask_phone("12345") == "****"
    assert mask_email("heziyuan@example.com") == "h***@example.com"
    assert mask_email("nonsense") == "***"
