"""Every refusal is a DomainError; the API turns it into `application/problem+json`. Titles and details are Chinese and say what to do."""

from typing import Any, NoReturn

from tenants.errors import DomainError

__all__ = [
    "Conflict",
    "DomainError",
    "Forbidden",
    "IllegalTransition",
    "Invalid",
    "NotFound",
    "SignInRequired",
    "TooManyRequests",
    "refuse",
]


class NotFound(DomainError):
    """The row does not exist, or not for this actor."""

    def __init__(
        self, title: str = "没有找到", detail: str = "可能已被删除，或不在您的权限范围内", **params: Any
    ) -> None:
        super().__init__("not-found", title, status=404, detail=detail, **params)


class SignInRequired(DomainError):
    def __init__(self, title: str = "请先登录", code: str = "sign-in-required", detail: str = "") -> None:
        super().__init__(code, title, status=401, detail=detail)


class Forbidden(DomainError):
    def __init__(self, title: str = "没有权限", detail: str = "请联系本院管理员开通", **params: Any) -> None:
        super().__init__("forbidden", title, status=403, detail=detail, **params)


class Conflict(DomainError):
    def __init__(self, code: str, title: str, detail: str = "", **params: Any) -> None:
        super().__init__(code, title, status=409, detail=detail, **params)


class IllegalTransition(DomainError):
    def __init__(self, title: str, detail: str = "请刷新后再试", **params: Any) -> None:
        super().__init__("illegal-transition", title, status=409, detail=detail, **params)


class TooManyRequests(DomainError):
    def __init__(self, title: str, retry_after: int, detail: str = "") -> None:
        super().__init__("too-many-requests", title, status=429, detail=detail, retry_after=retry_after)


class Invalid(DomainError):
    """Bad input; `errors` is a list of `{pointer, code, detail}`, pointer as in RFC 6901 (`/id_number`)."""

    def __init__(self, errors: list[dict[str, str]], title: str = "输入有误", detail: str = "") -> None:
        first = errors[0]["detail"] if errors else ""
        super().__init__("validation", title, status=422, detail=detail or first, errors=errors)

    @classmethod
    def field(cls, name: str, detail: str, code: str = "invalid") -> "Invalid":
        """One wrong field, by its name."""
        return cls([{"pointer": f"/{name}", "code": code, "detail": detail}])


def refuse(code: str, title: str, *, status: int = 409, detail: str = "", **params: Any) -> NoReturn:
    """Refuse with a problem of our own code."""
    raise DomainError(code, title, status=status, detail=detail, **params)
