"""Sessions of staff, users, the log-in log."""

from django.conf import settings
from django.http import HttpResponse
from ninja import Query

from kangqiao.accounts import selectors
from kangqiao.accounts.enums import SessionEnd
from kangqiao.accounts.middleware import client_ip
from kangqiao.accounts.models import StaffSession, StaffUser
from kangqiao.accounts.qr import qr_svg
from kangqiao.accounts.schemas import (
    AttemptRow,
    Enter,
    HospitalCard,
    LogIn,
    MemberHospital,
    NewUser,
    OneTimePassword,
    PasswordChange,
    PermissionOut,
    Redirect,
    SessionOut,
    SessionRow,
    SwitchTo,
    TotpCode,
    TotpStart,
    UserIn,
    UserOut,
    UserPatch,
    UserQuery,
)
from kangqiao.accounts.services import group, log_in, passwords, sessions, users
from kangqiao.core.api import PUBLIC, DoorRouter, ListQuery, Page, Request, page_of
from kangqiao.core.permissions import PERMISSIONS, SIGNED_IN

session_router = DoorRouter("session")
router = DoorRouter("accounts")


def _visitor(request: Request) -> log_in.Visitor:
    return log_in.Visitor(ip=client_ip(request), browser=request.headers.get("User-Agent", ""))


def _with_cookie(response: HttpResponse, cookie: str) -> None:
    response.set_cookie(settings.SESSION_COOKIE, cookie, secure=True, httponly=True, samesite="Lax", path="/")


def _session(user: StaffUser, request: Request) -> dict[str, object]:
    actor = request.actor
    scheme = "wss" if settings.SECURE_SSL_REDIRECT else "ws"
    host = request.get_host().partition(":")[0]
    return {
        "user": {
            "id": user.pk,
            "username": user.username,
            "name": user.name,
            "title": user.title,
            "roles": sorted(actor.roles),
            "departments": list(user.departments.order_by("sort_no")),
        },
        "hospital": group.hospital_card(),
        "permissions": sorted(actor.permissions),
        "features": {
            "ws_url": f"{scheme}://{host}:{settings.WEBSOCKET_PORT}/ws/staff",
            "idle_seconds": settings.SESSION_IDLE_SECONDS,
        },
        "setup": sessions.setup_needed(user, actor.roles),
    }


@session_router.get("/hospital-card", permission=PUBLIC, response=HospitalCard)
def hospital_card(request: Request):
    return group.hospital_card()


@session_router.post("/log-in", permission=PUBLIC, response=SessionOut)
def log_in_staff(request: Request, payload: LogIn, response: HttpResponse):
    user, cookie = log_in.log_in(
        _visitor(request), username=payload.username, password=payload.password, totp=payload.totp
    )
    return _entered(request, response, user, cookie)


@session_router.post("/enter", permission=PUBLIC, response=SessionOut)
def enter_with_token(request: Request, payload: Enter, response: HttpResponse):
    user, cookie = log_in.enter(_visitor(request), payload.token)
    return _entered(request, response, user, cookie)


def _entered(request: Request, response: HttpResponse, user: StaffUser, cookie: str) -> dict[str, object]:
    request.actor, user = sessions.recognize(cookie, client_ip(request))
    _with_cookie(response, cookie)
    return _session(user, request)


@session_router.post("/log-out", permission=SIGNED_IN, response={204: None})
def log_out(request: Request, response: HttpResponse):
    sessions.end(StaffSession(pk=request.actor.session_id), SessionEnd.LOGGED_OUT)
    response.delete_cookie(settings.SESSION_COOKIE, path="/")
    return 204, None


@session_router.get("", permission=SIGNED_IN, response=SessionOut)
def read_session(request: Request):
    return _session(request.staff_user, request)  # type: ignore[attr-defined]


@session_router.post("/password", permission=SIGNED_IN, response={204: None})
def change_password(request: Request, payload: PasswordChange):
    passwords.change_password(request.actor, request.actor.user_id, old=payload.old, new=payload.new)
    return 204, None


@session_router.post("/totp/start", permission=SIGNED_IN, response=TotpStart)
def start_totp(request: Request):
    uri = passwords.start_totp(request.actor, request.actor.user_id)
    return {"uri": uri, "qr_svg": qr_svg(uri)}


@session_router.post("/totp/confirm", permission=SIGNED_IN, response={204: None})
def confirm_totp(request: Request, payload: TotpCode):
    passwords.confirm_totp(request.actor, request.actor.user_id, payload.code)
    return 204, None


@session_router.get("/hospitals", permission=SIGNED_IN, response=list[MemberHospital])
def member_hospitals(request: Request):
    return group.hospitals_of(request.actor)


@session_router.post("/switch", permission=SIGNED_IN, response=Redirect)
def switch_hospital(request: Request, payload: SwitchTo):
    return {"url": group.switch(request.actor, payload.subdomain)}


@router.get("/users", permission="accounts.user.read", response=Page[UserOut])
def list_users(request: Request, query: Query[UserQuery]):
    return page_of(selectors.users(q=query.q, is_active=query.is_active, role=query.role), query)


@router.post("/users", permission="accounts.user.write", response={201: NewUser})
def create_user(request: Request, payload: UserIn):
    user, password = users.create_user(request.actor, **payload.dict())
    return 201, {"user": user, "password": password}


@router.patch("/users/{int:id}", permission="accounts.user.write", response=UserOut)
def update_user(request: Request, id: int, payload: UserPatch):
    return users.update_user(request.actor, id, **payload.dict(exclude_unset=True))


@router.post("/users/{int:id}/reset-password", permission="accounts.user.write", response=OneTimePassword)
def reset_password(request: Request, id: int):
    return {"password": passwords.reset_password(request.actor, id)}


@router.post("/users/{int:id}/remove-totp", permission="accounts.user.write", response={204: None})
def remove_totp(request: Request, id: int):
    passwords.remove_totp(request.actor, id)
    return 204, None


@router.post("/users/{int:id}/end-sessions", permission="accounts.session.end", response={204: None})
def end_user_sessions(request: Request, id: int):
    sessions.end_sessions(request.actor, StaffUser.objects.get(pk=id))
    return 204, None


@router.get("/sessions", permission="accounts.session.read", response=Page[SessionRow])
def list_sessions(request: Request, query: Query[ListQuery]):
    return page_of(selectors.sessions(q=query.q), query)


@router.get("/log-in-attempts", permission="accounts.attempt.read", response=Page[AttemptRow])
def list_log_in_attempts(request: Request, query: Query[ListQuery]):
    return page_of(selectors.attempts(q=query.q), query)


@router.get("/permissions", permission="accounts.role.read", response=list[PermissionOut])
def list_permissions(request: Request):
    return sorted(PERMISSIONS, key=lambda permission: permission.code)
