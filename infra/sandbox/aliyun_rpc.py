"""Aliyun's RPC protocol as its server sees it: signature, clock, nonce, then the action. Codes and forms are the real ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from sandbox.faults import Fault, FaultSwitches
from sandbox.messages import MessageStore

HOST_ID = "dysmsapi.aliyuncs.com"
CLOCK_TOLERANCE_S = 15 * 60
MOST_NONCES = 20_000
REQUIRED = ("AccessKeyId", "Action", "Version", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp")
PHONE = re.compile(r"^1[3-9]\d{9}$")
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
MOST_PHONES = 1000
# Texts of templates that the sandbox knows; an unknown SMS_* code shows its parameters one after another.
TEMPLATES = {
    "SMS_VERIFICATION": "您的验证码是 ${code}，10 分钟内有效。请勿告诉他人。",
}


class RpcRefused(Exception):
    """Answered with an HTTP error and a body of RequestId, HostId, Code, Message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class HangUp(Exception):
    """The connection is to be closed without an answer."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, str]


class AliyunSms:
    """One account's dysmsapi 2017-05-25: the action SendSms."""

    def __init__(
        self,
        *,
        key_id: str,
        key_secret: str,
        store: MessageStore,
        faults: FaultSwitches,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._key_id, self._key_secret = key_id, key_secret
        self._store, self._faults = store, faults
        self._now, self._sleep = now, sleep
        self._nonces: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, method: str, parameters: dict[str, str]) -> Answer:
        """One request; `parameters` are those of the query and of the form body together. Raises HangUp by switch."""
        request_id = str(uuid4()).upper()
        try:
            self._verify(method, parameters)
            return Answer(200, {"RequestId": request_id, **self._send_sms(parameters)})
        except RpcRefused as refused:
            body = {"RequestId": request_id, "HostId": HOST_ID, "Code": refused.code, "Message": refused.message}
            return Answer(refused.status, body)

    def _verify(self, method: str, parameters: dict[str, str]) -> None:
        for name in REQUIRED:
            if not parameters.get(name):
                raise RpcRefused(400, f"Missing{name}", f"{name} is mandatory for this action.")
        if parameters["SignatureMethod"] != "HMAC-SHA1" or parameters["SignatureVersion"] != "1.0":
            raise RpcRefused(400, "InvalidSignatureMethod", "Specified signature method is not valid.")
        if not parameters.get("Signature"):
            raise RpcRefused(400, "MissingSignature", "Signature is mandatory for this action.")
        if parameters["AccessKeyId"] != self._key_id:
            raise RpcRefused(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        self._verify_clock(parameters["Timestamp"])
        expected = string_to_sign(method, parameters)
        if not hmac.compare_digest(signature(expected, self._key_secret), parameters["Signature"]):
            raise RpcRefused(
                400,
                "SignatureDoesNotMatch",
                f"Specified signature is not matched with our calculation. server string to sign is:{expected}",
            )
        self._use_nonce(parameters["SignatureNonce"])
        if parameters["Version"] != "2017-05-25":
            raise RpcRefused(404, "InvalidVersion", "Specified parameter Version is not valid.")
        if parameters["Action"] != "SendSms":
            raise RpcRefused(
                404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
            )

    def _verify_clock(self, timestamp: str) -> None:
        try:
            moment = datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise RpcRefused(
                400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."
            ) from error
        if abs(moment.timestamp() - self._now()) > CLOCK_TOLERANCE_S:
            raise RpcRefused(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")

    def _use_nonce(self, nonce: str) -> None:
        with self._lock:
            oldest_wanted = self._now() - 2 * CLOCK_TOLERANCE_S
            while self._nonces and next(iter(self._nonces.values())) < oldest_wanted:
                self._nonces.popitem(last=False)
            if nonce in self._nonces:
                raise RpcRefused(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
            if len(self._nonces) >= MOST_NONCES:
                self._nonces.popitem(last=False)
            self._nonces[nonce] = self._now()

    def _send_sms(self, parameters: dict[str, str]) -> dict[str, str]:
        phones = [phone for phone in parameters.get("PhoneNumbers", "").split(",") if phone]
        wrong = _business_error(parameters, phones)
        if wrong:
            return wrong
        fault = self._faults.take("sms", phones[0])
        if fault and fault.kind == "error":
            code = fault.code or "isv.BUSINESS_LIMIT_CONTROL"
            if code.startswith(("isv.", "isp.")):
                return {"Code": code, "Message": fault.message or "触发分钟级流控Permits:1"}
            raise RpcRefused(
                503, code, fault.message or "The request has failed due to a temporary failure of the server."
            )
        biz_id = f"{int(self._now() * 1000) % 10**15:015d}^0"
        self._deliver(parameters, phones, fault, biz_id)
        if fault and fault.kind == "delay":
            self._sleep(fault.seconds)
        if fault and fault.kind == "hang_up":
            raise HangUp
        return {"Code": "OK", "Message": "OK", "BizId": biz_id}

    def _deliver(self, parameters: dict[str, str], phones: list[str], fault: Fault | None, biz_id: str) -> None:
        if fault and fault.kind == "drop":
            return
        sign, template = parameters["SignName"], parameters["TemplateCode"]
        text = f"【{sign}】{render_template(template, _json_object(parameters.get('TemplateParam', '')) or {})}"
        for phone in phones:
            for _ in range(2 if fault and fault.kind == "duplicate" else 1):
                self._store.add(
                    channel="sms", to=phone, sender=sign, subject="", text=text, template=template, biz_id=biz_id
                )


def string_to_sign(method: str, parameters: dict[str, str]) -> str:
    """Signature version 1.0: sorted, percent-encoded by RFC 3986, joined and encoded once more."""
    canonical = "&".join(
        f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(parameters.items()) if name != "Signature"
    )
    return f"{method}&%2F&{_encoded(canonical)}"


def signature(text: str, secret: str) -> str:
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def render_template(code: str, values: dict[str, Any]) -> str:
    known = TEMPLATES.get(code)
    if known is None:
        return "；".join(f"{name}：{value}" for name, value in values.items()) or code
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), known)


def _business_error(parameters: dict[str, str], phones: list[str]) -> dict[str, str]:
    """The 200 answer of a request that the business refuses; empty if it is fine."""

    def refused(code: str, message: str) -> dict[str, str]:
        return {"Code": f"isv.{code}", "Message": message}

    if not phones or any(not PHONE.match(phone) for phone in phones):
        return refused("MOBILE_NUMBER_ILLEGAL", f"{parameters.get('PhoneNumbers', '')}invalid mobile number")
    if len(phones) > MOST_PHONES:
        return refused("MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
    if not parameters.get("SignName"):
        return refused("SMS_SIGNATURE_ILLEGAL", "短信签名不合法")
    template = parameters.get("TemplateCode", "")
    if not template.startswith("SMS_"):
        return refused("SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板")
    values = _json_object(parameters.get("TemplateParam", ""))
    if values is None:
        return refused("INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值")
    missing = set(PLACEHOLDER.findall(TEMPLATES.get(template, ""))) - set(values)
    if missing:
        return refused("TEMPLATE_MISSING_PARAMETERS", "模板变量缺少对应参数值")
    return {}


def _json_object(text: str) -> dict[str, Any] | None:
    """An object whose values are all strings; {} for nothing, None for anything else."""
    if not text:
        return {}
    try:
        values = json.loads(text)
    except ValueError:
        return None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        return None
    return values


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
