"""Shared base of every refusal, and what goes wrong when no hospital, or a missing one, is entered."""

from typing import Any, NoReturn


class DomainError(Exception):
    """A refusal with a code for machines and Chinese words for people; `params` join the problem document."""

    def __init__(self, code: str, title: str, *, status: int = 409, detail: str = "", **params: Any) -> None:
        super().__init__(f"{code}: {title} {detail}".strip())
        self.code = code
        self.title = title
        self.status = status
        self.detail = detail
        self.params = params


def refuse(code: str, title: str, *, status: int = 409, detail: str = "", **params: Any) -> NoReturn:
    """Raise a DomainError; title says what happened, detail what to do."""
    raise DomainError(code, title, status=status, detail=detail, **params)


class HospitalRequired(RuntimeError):
    """Database, cache or file work outside of every hospital and of the public schema: a mistake of the programmer."""


class HospitalMissing(DomainError):
    """The hospital is unknown, or its schema or role does not exist."""

    def __init__(self, title: str = "没有找到这家医院", detail: str = "请核对网址是否正确", **params: Any) -> None:
        super().__init__("hospital-not-found", title, status=404, detail=detail, **params)


class HospitalSuspended(DomainError):
    """The hospital exists, but its service is stopped."""

    def __init__(self, title: str = "本院的服务已暂停", detail: str = "请联系本院管理员或康桥客服") -> None:
        super().__init__("hospital-suspended", title, status=403, detail=detail)
