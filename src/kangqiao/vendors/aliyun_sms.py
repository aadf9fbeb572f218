"""SMS by Aliyun (dysmsapi 2017-05-25, SendSms) through its own SDK."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

import structlog
from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from django.conf import settings

from kangqiao.vendors.circuit import CircuitBreaker
from kangqiao.vendors.masking import mask_phone
from kangqiao.vendors.ports import CIRCUIT_IS_OPEN, TIMEOUT, UNREACHABLE, Delivery, Outcome

log = structlog.get_logger(__name__)
# The SDK writes parameters and whole addresses, with phone numbers in them, to its loggers.
for _name in ("aliyunsdkcore", "aliyunsdkcore.client", "aliyunsdkcore.http.http_response"):
    logging.getLogger(_name).addFilter(lambda _record: False)

REGION = "cn-hangzhou"
VERSION = "2017-05-25"
CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 8
RETRYABLE_CODES = frozenset(
    {"isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "Throttling", "Throttling.User"}
)
# Texts of the SDK's bundled HTTP library for a connection that never stood: nothing can have been sent.
_NEVER_CONNECTED = ("NewConnectionError", "ConnectTimeoutError", "Failed to establish a new connection")
_SERVER_ERROR = 500
circuit = CircuitBreaker()


def send_sms(phone: str, template_code: str, params: Mapping[str, str], *, sign_name: str = "") -> Delivery:
    """Hand one SMS over; never raises for the service's failures and never sends twice by itself.

    Not to be called inside a transaction. `params` fill the template's ${placeholders}.
    """
    if not circuit.allows():
        return CIRCUIT_IS_OPEN
    try:
        raw = _client().do_action_with_exception(_request(phone, template_code, params, sign_name))
    except ServerException as error:
        result = _by_server_error(error)
    except ClientException as error:
        result = _by_client_error(error)
    else:
        result = _by_answer(raw)
    _report(result)
    log.info("sms", to=mask_phone(phone), template=template_code, outcome=result.outcome.value, reason=result.code)
    return result


def _client() -> AcsClient:
    _, _, port = settings.ALIYUN_SMS_ENDPOINT.partition(":")
    secure = settings.ALIYUN_SMS_SCHEME == "https"
    return AcsClient(
        settings.ALIYUN_ACCESS_KEY_ID,
        settings.ALIYUN_ACCESS_KEY_SECRET,
        REGION,
        auto_retry=False,  # a repeated SendSms is a second message
        connect_timeout=CONNECT_TIMEOUT_S,
        timeout=READ_TIMEOUT_S,
        port=int(port or (443 if secure else 80)),
        proxy=None if secure else {"http": None},
    )


def _request(phone: str, template_code: str, params: Mapping[str, str], sign_name: str) -> CommonRequest:
    request = CommonRequest(
        domain=settings.ALIYUN_SMS_ENDPOINT.partition(":")[0],
        version=VERSION,
        action_name="SendSms",
        product="Dysmsapi",
    )
    request.set_method("POST")
    request.set_protocol_type(settings.ALIYUN_SMS_SCHEME)
    # In the body: the SDK puts the query, not the body, into its error texts.
    request.add_body_params("PhoneNumbers", phone)
    request.add_body_params("SignName", sign_name or settings.ALIYUN_SMS_SIGN_NAME)
    request.add_body_params("TemplateCode", template_code)
    request.add_body_params("TemplateParam", json.dumps({k: str(v) for k, v in params.items()}, ensure_ascii=False))
    return request


def _by_answer(raw: bytes) -> Delivery:
    try:
        answer = json.loads(raw)
        code = str(answer["Code"])
    except (ValueError, KeyError, TypeError):
        return Delivery(Outcome.UNKNOWN, code="unreadable-answer", message="短信平台的回答无法识别")
    message, reference = str(answer.get("Message", "")), str(answer.get("BizId") or answer.get("RequestId", ""))
    if code == "OK":
        return Delivery(Outcome.SENT, code=code, reference=reference)
    return Delivery(Outcome.REFUSED, code=code, message=message, reference=reference, retryable=code in RETRYABLE_CODES)


def _by_server_error(error: ServerException) -> Delivery:
    code, status = str(error.get_error_code()), int(error.get_http_status() or 0)
    if status >= _SERVER_ERROR:
        return Delivery(Outcome.UNKNOWN, code=code, message=f"短信平台出错（HTTP {status}）", retryable=True)
    return Delivery(
        Outcome.REFUSED,
        code=code,
        message="短信平台拒绝了请求，请检查密钥、时钟和模板",
        retryable=code in RETRYABLE_CODES,
    )


def _by_client_error(error: ClientException) -> Delivery:
    text = str(error)
    if any(words in text for words in _NEVER_CONNECTED):
        return Delivery(Outcome.REFUSED, code=UNREACHABLE, message="连不上短信平台，请检查网络", retryable=True)
    return Delivery(Outcome.UNKNOWN, code=TIMEOUT, message="短信平台没有及时回答，结果不明")


def _report(result: Delivery) -> None:
    """Only a service that does not answer counts as failing; a refusal is an answer."""
    if result.outcome == Outcome.UNKNOWN or result.code == UNREACHABLE:
        circuit.failed()
    else:
        circuit.succeeded()
