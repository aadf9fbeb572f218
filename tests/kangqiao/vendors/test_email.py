import pytest

from kangqiao.vendors import email
from kangqiao.vendors.circuit import CircuitBreaker
from kangqiao.vendors.ports import CIRCUIT_OPEN, TIMEOUT, UNREACHABLE, Outcome
from kangqiao.vendors.services import send_email
from tests.infra.sandbox.process import free_port

TO = "admin@hospital.example"


@pytest.mark.feature("P-01")
def test_an_email_arrives_with_subject_text_and_sender(sandbox):
    result = send_email(
        TO, "康桥 验证码", "您的验证码是 730281，10 分钟内有效。", html="<p>您的验证码是 <b>730281</b></p>"
    )
    assert result.outcome == Outcome.SENT
    [message] = sandbox.messages(TO)
    assert (message["channel"], message["subject"]) == ("email", "康桥 验证码")
    assert message["text"] == "您的验证码是 730281，10 分钟内有效。"
    assert message["codes"] == ["730281"]
    assert "no-reply@kangqiao.example" in message["sender"]


def test_a_line_break_in_the_subject_cannot_add_a_header(sandbox):
    assert send_email(TO, "标题\nBcc: someone@else.example", "正文").sent
    assert sandbox.messages("someone@else.example") == []
    assert sandbox.messages(TO)[0]["subject"] == "标题 Bcc: someone@else.example"


@pytest.mark.parametrize(("code", "retryable"), [("550", False), ("451", True)])
def test_a_refusing_server_is_a_refusal_with_its_number(sandbox, code, retryable):
    sandbox.fault(channel="email", kind="error", code=code)
    result = send_email(TO, "标题", "正文")
    assert (result.outcome, result.code, result.retryable) == (Outcome.REFUSED, code, retryable)
    assert sandbox.messages(TO) == []


def test_a_connection_cut_after_the_text_is_unknown(sandbox):
    sandbox.fault(channel="email", kind="hang_up")
    result = send_email(TO, "标题", "正文")
    assert (result.outcome, result.code) == (Outcome.UNKNOWN, TIMEOUT)


def test_a_slow_server_is_unknown_after_the_time_out(sandbox, settings):
    settings.EMAIL_TIMEOUT = 0.5
    sandbox.fault(channel="email", kind="delay", seconds=2)
    assert send_email(TO, "标题", "正文").outcome == Outcome.UNKNOWN


def test_an_unreachable_server_is_a_refusal_and_opens_the_circuit(sandbox, settings, monkeypatch):
    monkeypatch.setattr(email, "circuit", CircuitBreaker(failures=2))
    settings.EMAIL_PORT = free_port()
    assert [send_email(TO, "标题", "正文").code for _ in range(3)] == [UNREACHABLE, UNREACHABLE, CIRCUIT_OPEN]
