"""Logged-in browsers for tests."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from kangqiao.accounts.models import Role, StaffUser
from kangqiao.accounts.services.sessions import start_session
from kangqiao.core.permissions import PERMISSIONS
from kangqiao.core.tenancy import TenantRef, use_hospital

EVERYTHING = "everything"
PASSWORD = make_password("Linjiang-2026!")


class StaffClient(Client):
    """A browser of one staff user at one hospital; speaks JSON with our headers."""

    def __init__(self, hospital: TenantRef, user: StaffUser, cookie: str) -> None:
        super().__init__(HTTP_HOST=f"{hospital.subdomain}.{settings.BASE_DOMAIN}", raise_request_exception=False)
        self.hospital, self.user = hospital, user
        self.cookies[settings.SESSION_COOKIE] = cookie

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response; a JSON body in, `.json()` out."""
        data = {} if body is None else {"data": json.dumps(body, default=str), "content_type": "application/json"}
        extra = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        return self.generic(method, path, HTTP_X_REQUESTED_WITH="kangqiao", **data, **extra)


def staff_client(
    hospital: TenantRef,
    *permissions: str,
    username: str = "tester",
    scope: str = "hospital",
    departments: tuple[int, ...] = (),
) -> StaffClient:
    """A logged-in client whose only role holds `permissions` (or EVERYTHING). Call inside a database test."""
    codes = [p.code for p in PERMISSIONS] if permissions == (EVERYTHING,) else list(permissions)
    with use_hospital(hospital):
        role, _ = Role.objects.update_or_create(
            code=f"test-{username}", defaults={"name": f"测试 {username}", "permissions": codes, "data_scope": scope}
        )
        user, _ = StaffUser.objects.get_or_create(
            username=username,
            defaults={
                "name": f"测试员 {username}",
                "password": PASSWORD,
                "password_changed_at": timezone.now(),
                "must_change_password": False,
            },
        )
        user.roles.set([role])
        user.departments.set(departments)
        return StaffClient(hospital, user, start_session(user, "127.0.0.1", "test"))
