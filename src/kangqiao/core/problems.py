"""RFC 9457 `application/problem+json`: the one form of every answer that is not 2xx."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from kangqiao.core.errors import DomainError
from kangqiao.core.trace import trace_id

WORDS = {
    "missing": "必填",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "int_parsing": "要整数",
    "int_type": "要整数",
    "decimal_parsing": "要数字",
    "decimal_type": "要数字",
    "date_from_datetime_parsing": "日期格式应为 2026-11-23",
    "date_parsing": "日期格式应为 2026-11-23",
    "extra_forbidden": "没有这个字段",
    "enum": "不在可选范围内",
    "literal_error": "不在可选范围内",
    "bool_parsing": "要是或否",
    "string_type": "要文字",
}


def problem(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The response of a refusal."""
    body = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": request.path,
        "trace_id": trace_id(),
        **error.params,
    }
    if pointer := body.pop("pointer", None):
        body["errors"] = [{"pointer": pointer, "code": error.code, "detail": error.detail or error.title}]
    response = HttpResponse(
        orjson.dumps(body, default=str), status=error.status, content_type="application/problem+json; charset=utf-8"
    )
    if "retry_after" in error.params:
        response["Retry-After"] = str(error.params["retry_after"])
    return response


def validation_errors(errors: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Pydantic's errors as pointers into the body: `("body", "payload", "phone")` -> `/phone`."""
    found = []
    for error in errors:
        location = [str(part) for part in error["loc"]]
        inner = location[2:] if location[:1] == ["body"] else location[1:]
        detail = WORDS.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
        found.append({"pointer": "/" + "/".join(inner), "code": error["type"], "detail": detail})
    return found
