import json
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kangqiao.vendors import aliyun_sms
from kangqiao.vendors.circuit import CircuitBreaker
from kangqiao.vendors.ports import CIRCUIT_OPEN, TIMEOUT, UNREACHABLE, Outcome
from kangqiao.vendors.services import send_sms
from tests.infra.sandbox.process import free_port

PHONE = "13812340018"
CODE_TEMPLATE = "SMS_VERIFICATION"


@pytest.mark.feature("P-01")
def test_a_code_sent_by_the_real_sdk_arrives_with_sign_and_text(sandbox):
    result = send_sms(PHONE, CODE_TEMPLATE, {"code": "402913"})
    assert result.outcome == Outcome.SENT
    assert result.sent
    assert result.reference.endswith("^0")
    [message] = sandbox.messages(PHONE)
    assert message["text"] == "【康桥】您的验证码是 402913，10 分钟内有效。请勿告诉他人。"
    assert message["codes"] == ["402913"]


def test_a_wrong_secret_is_refused_by_the_signature_and_nothing_arrives(sandbox, settings):
    settings.ALIYUN_ACCESS_KEY_SECRET = "other"
    result = send_sms(PHONE, CODE_TEMPLATE, {"code": "402913"})

    assert (result.outcome, result.code) == (Outcome.REFUSED, "SignatureDoesNotMatch")
    assert sandbox.messages(PHONE) == []


def test_an_unknown_key_is_refused(sandbox, settings):
    settings.ALIYUN_ACCESS_KEY_ID = "nobody"
    assert send_sms(PHONE, CODE_TEMPLATE, {"code": "1234"}).code == "InvalidAccessKeyId.NotFound"


@pytest.mark.parametrize(
    ("phone", "template", "params", "code"),
    [
        ("12345", CODE_TEMPLATE, {"code": "1234"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        (PHONE, "UNKNOWN", {}, "isv.SMS_TEMPLATE_ILLEGAL"),
        (PHONE, CODE_TEMPLATE, {}, "isv.TEMPLATE_MISSING_PARAMETERS"),
    ],
)
def test_what_the_business_refuses_is_a_refusal_with_its_code(sandbox, phone, template, params, code):
    result = send_sms(phone, template, params)
    assert (result.outcome, result.code, result.retryable) == (Outcome.REFUSED, code, False)


def test_flow_control_is_a_refusal_that_may_be_retried(sandbox):
    sandbox.fault(channel="sms", kind="error", code="isv.BUSINESS_LIMIT_CONTROL")
    first, second = (send_sms(PHONE, CODE_TEMPLATE, {"code": "1234"}) for _ in range(2))
    assert (first.outcome, first.code, first.retryable) == (Outcome.REFUSED, "isv.BUSINESS_LIMIT_CONTROL", True)
    assert second.sent


def test_a_failing_server_leaves_the_result_unknown(sandbox):
    sandbox.fault(channel="sms", kind="error", code="ServiceUnavailable")
    result = send_sms(PHONE, CODE_TEMPLATE, {"code": "1234"})
    assert (result.outcome, result.code) == (Outcome.UNKNOWN, "ServiceUnavailable")


def test_a_cut_connection_is_unknown_and_the_message_was_handed_over_once(sandbox):
    sandbox.fault(channel="sms", kind="hang_up")
    result = send_sms(PHONE, CODE_TEMPLATE, {"code": "1234"})
    assert (result.outcome, result.code) == (Outcome.UNKNOWN, TIMEOUT)
    assert len(sandbox.messages(PHONE)) == 1


def test_a_slow_service_is_given_up_after_the_time_out_and_not_asked_again(sandbox, monkeypatch):
    monkeypatch.setattr(aliyun_sms, "READ_TIMEOUT_S", 0.5)
    sandbox.fault(channel="sms", kind="delay", seconds=2)
    assert send_sms(PHONE, CODE_TEMPLATE, {"code": "1234"}).outcome == Outcome.UNKNOWN
    assert len(sandbox.messages(PHONE)) == 1


def test_an_unreachable_service_is_a_refusal_since_nothing_can_have_been_sent(sandbox, settings):
    settings.ALIYUN_SMS_ENDPOINT = f"127.0.0.1:{free_port()}"
    result = send_sms(PHONE, CODE_TEMPLATE, {"code": "1234"})
    assert (result.outcome, result.code, result.retryable) == (Outcome.REFUSED, UNREACHABLE, True)


def test_after_failures_in_a_row_the_service_is_left_alone(sandbox, settings, monkeypatch):
    monkeypatch.setattr(aliyun_sms, "circuit", CircuitBreaker(failures=2))
    good, settings.ALIYUN_SMS_ENDPOINT = settings.ALIYUN_SMS_ENDPOINT, f"127.0.0.1:{free_port()}"
    codes = [send_sms(PHONE, CODE_TEMPLATE, {"code": "1"}).code for _ in range(3)]
    assert codes == [UNREACHABLE, UNREACHABLE, CIRCUIT_OPEN]
    settings.ALIYUN_SMS_ENDPOINT = good
    assert send_sms(PHONE, CODE_TEMPLATE, {"code": "1"}).code == CIRCUIT_OPEN
    assert sandbox.messages(PHONE) == []


def test_an_answer_that_is_no_json_is_unknown(sandbox, settings):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.ALIYUN_SMS_ENDPOINT = f"127.0.0.1:{listener.getsockname()[1]}"

        def answer():
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        result = send_sms(PHONE, CODE_TEMPLATE, {"code": "1"})
        thread.join()
    assert (result.outcome, result.code) == (Outcome.UNKNOWN, "unreadable-answer")


@pytest.mark.feature("P-12")
def test_no_log_line_carries_phone_or_code_even_when_all_goes_wrong(sandbox, settings, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    send_sms(PHONE, CODE_TEMPLATE, {"code": "402913"})
    settings.ALIYUN_ACCESS_KEY_SECRET = "other"
    send_sms(PHONE, CODE_TEMPLATE, {"code": "402913"})
    settings.ALIYUN_SMS_ENDPOINT = f"127.0.0.1:{free_port()}"
    send_sms(PHONE, CODE_TEMPLATE, {"code": "402913"})
    written = caplog.text + "".join(capfd.readouterr())
    assert "138****0018" in written
    assert PHONE not in written
    assert "402913" not in written


def test_texts_with_signs_of_the_signature_alphabet_pass_the_check(sandbox):
    odd = {"text": "a b+c*d~e%20/&=?中文“”\n\"'"}
    assert send_sms(PHONE, "SMS_7", odd).sent
    assert sandbox.messages(PHONE)[0]["text"] == f"【康桥】text：{odd['text']}"


def test_many_at_once_each_arrive_once(sandbox):
    phones = [f"1380000{number:04d}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda phone: send_sms(phone, CODE_TEMPLATE, {"code": phone[-4:]}), phones))
    assert all(result.sent for result in results)
    assert sorted(message["to"] for message in sandbox.messages()) == phones
    assert len(json.dumps(sandbox.messages())) > 0
