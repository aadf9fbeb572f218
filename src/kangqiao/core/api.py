"""The HTTP doors: routers whose operations name their permission, problems as answers, strict parameters, list envelopes."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Annotated, Any, Generic, TypeVar

import orjson
import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.core.exceptions import ValidationError as ModelInvalid
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router, Schema
from ninja.decorators import _apply_decorators
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer
from ninja.utils import contribute_operation_callback
from pydantic import ConfigDict, Field

from kangqiao.core.actor import Actor
from kangqiao.core.errors import DomainError, Invalid, NotFound, SignInRequired
from kangqiao.core.permissions import SIGNED_IN
from kangqiao.core.problems import problem, validation_errors

log = structlog.get_logger(__name__)

MAX_PAGE_SIZE = 200
PUBLIC = None
"""Permission of an operation that needs no log-in."""


class Request(HttpRequest):
    """A request inside a hospital, with its actor."""

    actor: Actor


class In(Schema):
    """Base of request bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(Schema):
    """Base of answers: only declared fields leave."""


T = TypeVar("T")


class Page(Schema, Generic[T]):
    """`{items, count}`."""

    items: list[T]
    count: int


class ListQuery(Schema):
    """Parameters of every list."""

    q: Annotated[str, Field(max_length=64)] = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = 50


def page_of(rows: "QuerySet[Any]", query: ListQuery, *, out: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """One page of a queryset as `{items, count}`: two queries."""
    start = (query.page - 1) * query.page_size
    items = list(rows[start : start + query.page_size])
    short_first_page = start == 0 and len(items) < query.page_size
    count = len(items) if short_first_page else rows.count()
    return {"items": [out(item) for item in items] if out else items, "count": count}


class Needs:
    """Lets an operation run only for a signed-in actor that holds the permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Actor:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            raise getattr(request, "sign_in_refusal", None) or SignInRequired()
        if self.permission != SIGNED_IN:
            actor.require(self.permission)
        return actor


class DoorRouter(Router):
    """A router of one context. Every operation is declared with `permission=` (a code, SIGNED_IN or PUBLIC).

    Unknown query parameters are refused, by the operation itself where it says `free_parameters=True`.
    """

    def __init__(self, context: str, **kwargs: Any) -> None:
        super().__init__(tags=[context], **kwargs)

    def api_operation(  # type: ignore[override]
        self,
        methods: list[str],
        path: str,
        *,
        permission: str | None = "",
        free_parameters: bool = False,
        **kwargs: Any,
    ) -> Any:
        if permission == "":
            raise RuntimeError(f"{methods} {path} declares no permission")
        kwargs["auth"] = Needs(permission) if permission else None
        kwargs["openapi_extra"] = {"x-permission": permission or "public", **(kwargs.get("openapi_extra") or {})}
        register = super().api_operation(methods, path, **kwargs)

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            if not free_parameters:
                contribute_operation_callback(view, partial(_apply_decorators, (_strict,)))
            return register(view)

        return decorate

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.api_operation(["GET"], path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> Any:
        return self.api_operation(["POST"], path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> Any:
        return self.api_operation(["PATCH"], path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> Any:
        return self.api_operation(["PUT"], path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        return self.api_operation(["DELETE"], path, **kwargs)


def _strict(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse query parameters that the operation does not declare."""
    operation = run
    while hasattr(operation, "__wrapped__"):
        operation = operation.__wrapped__
    models = operation.__self__.models  # type: ignore[attr-defined]
    known = {
        name for model in models if model.__ninja_param_source__ == "query" for name in model.__ninja_flatten_map__
    }

    @wraps(run)
    def checked(request: HttpRequest, **path: Any) -> HttpResponse:
        if unknown := sorted(set(request.GET) - known):
            errors = [
                {"pointer": f"/{name}", "code": "unknown-parameter", "detail": f"没有参数 {name}"} for name in unknown
            ]
            return problem(request, Invalid(errors, title="参数有误"))
        return run(request, **path)

    return checked


class JsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


def make_door(title: str, namespace: str) -> NinjaAPI:
    """One NinjaAPI with our problems; its OpenAPI document is exported by `manage.py export_contracts`, not served."""
    api = NinjaAPI(
        title=title, version="1", urls_namespace=namespace, renderer=JsonRenderer(), docs_url=None, openapi_url=None
    )

    @api.exception_handler(DomainError)
    def _domain(request: HttpRequest, error: DomainError) -> HttpResponse:
        return problem(request, error)

    @api.exception_handler(ValidationError)
    def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(request, Invalid(validation_errors(error.errors)))

    @api.exception_handler(ModelInvalid)
    def _model(request: HttpRequest, error: ModelInvalid) -> HttpResponse:
        return problem(request, Invalid(model_errors(error)))

    @api.exception_handler(ObjectDoesNotExist)
    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, _error: Exception) -> HttpResponse:
        return problem(request, NotFound())

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(
            request, DomainError("bad-request", "请求格式不对", status=error.status_code, detail="请刷新页面后再试")
        )

    @api.exception_handler(Exception)
    def _crash(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("request.crashed", path=request.path, exc_info=error)
        return problem(
            request,
            DomainError(
                "internal", "系统出错，操作没有生效", status=500, detail="请稍后再试；若仍不行，把编号告诉管理员"
            ),
        )

    return api


def model_errors(error: ModelInvalid) -> list[dict[str, str]]:
    """Django's field errors as pointers."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return [
        {"pointer": f"/{'' if name == '__all__' else name}", "code": "invalid", "detail": str(message)}
        for name, messages in by_field.items()
        for message in messages
    ]
