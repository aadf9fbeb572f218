import time
from datetime import UTC, datetime

import pytest

from sandbox.aliyun_rpc import CLOCK_TOLERANCE_S, AliyunSms, signature, string_to_sign
from sandbox.faults import FaultSwitches
from sandbox.messages import MessageStore

NOW = 1_795_000_000.0
SECRET = "test-secret"


@pytest.fixture
def clock():
    return [NOW]


@pytest.fixture
def service(clock):
    return AliyunSms(
        key_id="test-key",
        key_secret=SECRET,
        store=MessageStore(),
        faults=FaultSwitches(),
        now=lambda: clock[0],
        sleep=time.sleep,
    )


def signed(method="POST", secret=SECRET, at=NOW, **changes):
    values = {
        "AccessKeyId": "test-key",
        "Action": "SendSms",
        "Version": "2017-05-25",
        "Format": "JSON",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": "n-1",
        "Timestamp": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "PhoneNumbers": "13812340018",
        "SignName": "康桥",
        "TemplateCode": "SMS_VERIFICATION",
        "TemplateParam": '{"code":"1234"}',
        **changes,
    }
    values = {name: value for name, value in values.items() if value is not None}
    return {**values, "Signature": signature(string_to_sign(method, values), secret)}


def test_the_string_to_sign_is_that_of_the_published_example():
    """Example of Aliyun's page on signature version 1.0 (ECS DescribeRegions, secret "testsecret")."""
    values = {
        "Timestamp": "2016-02-23T12:46:24Z",
        "Format": "XML",
        "AccessKeyId": "testid",
        "Action": "DescribeRegions",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "Version": "2014-05-26",
        "SignatureVersion": "1.0",
    }
    assert signature(string_to_sign("GET", values), "testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"Timestamp": "yesterday"}, 400, "InvalidTimeStamp.Format"),
        ({"AccessKeyId": "nobody"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"SignatureMethod": "HMAC-MD5"}, 400, "InvalidSignatureMethod"),
        ({"SignatureNonce": None}, 400, "MissingSignatureNonce"),
        ({"Version": "2016-01-01"}, 404, "InvalidVersion"),
        ({"Action": "Nothing"}, 404, "InvalidAction.NotFound"),
    ],
)
def test_wrong_envelopes_get_the_real_codes(service, change, status, code):
    answer = service.answer("POST", signed(**change))
    assert (answer.status, answer.body["Code"]) == (status, code)
    assert answer.body["HostId"]
    assert answer.body["RequestId"]
    assert answer.body["Message"]


def test_a_changed_parameter_or_method_breaks_the_signature(service):
    changed = {**signed(), "PhoneNumbers": "13900000000"}
    assert service.answer("POST", changed).body["Code"] == "SignatureDoesNotMatch"
    assert service.answer("GET", signed()).body["Code"] == "SignatureDoesNotMatch"
    assert "string to sign is:POST&%2F&" in service.answer("POST", signed(secret="x")).body["Message"]


def test_a_used_nonce_is_refused_and_a_wrong_signature_does_not_use_it_up(service):
    assert service.answer("POST", signed(secret="x")).body["Code"] == "SignatureDoesNotMatch"
    codes = [service.answer("POST", signed()).body["Code"] for _ in range(2)]
    assert codes == ["OK", "SignatureNonceUsed"]


@pytest.mark.parametrize("offset", [-CLOCK_TOLERANCE_S - 1, CLOCK_TOLERANCE_S + 1])
def test_a_request_from_a_wrong_clock_is_expired(service, offset):
    assert service.answer("POST", signed(at=NOW + offset)).body["Code"] == "InvalidTimeStamp.Expired"


def test_a_nonce_is_remembered_at_least_as_long_as_its_timestamp_is_good(service, clock):
    early = signed(at=NOW + CLOCK_TOLERANCE_S)
    assert service.answer("POST", early).body["Code"] == "OK"
    clock[0] = NOW + 2 * CLOCK_TOLERANCE_S
    assert service.answer("POST", early).body["Code"] == "SignatureNonceUsed"


@pytest.mark.parametrize("param", ['{"code":1234}', "[1]", "no json"])
def test_template_values_must_be_strings_in_an_object(service, param):
    assert service.answer("POST", signed(TemplateParam=param)).body["Code"] == "isv.INVALID_JSON_PARAM"
