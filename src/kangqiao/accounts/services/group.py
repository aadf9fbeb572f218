"""Group staff: entering the other member hospitals in which the same person has an active log-in.

A person's log-ins in several hospitals of one group belong together by `group_user_id`; each hospital grants its own roles, and no
user exists in two hospitals at once.
"""

from typing import Any

from django.conf import settings

from kangqiao.accounts.models import StaffUser
from kangqiao.accounts.services.log_in import issue_entry_token
from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import NotFound
from kangqiao.core.tenancy import current_hospital, use_hospital
from tenants.registry.selectors import group_members, group_title


def hospital_url(subdomain: str) -> str:
    """The address of a hospital's staff app."""
    scheme, _, rest = settings.PUBLIC_ORIGIN.partition("://")
    _, _, port = rest.partition(":")
    return f"{scheme}://{subdomain}.{settings.BASE_DOMAIN}{':' + port if port else ''}"


def hospital_card() -> dict[str, str]:
    """Name, group and subdomain of the hospital that is entered."""
    here = current_hospital()
    return {"name": here.name, "group": group_title(here.group_id), "subdomain": here.subdomain}


def hospitals_of(actor: Actor) -> list[dict[str, Any]]:
    """Member hospitals that the actor may enter, the present one included."""
    here = current_hospital()
    mine = StaffUser.objects.filter(pk=actor.user_id).values_list("group_user_id", flat=True).first()
    found = []
    for hospital in group_members(here.group_id):
        if hospital.schema == here.schema or (mine and _log_in_there(hospital, mine)):
            found.append(
                {
                    "name": hospital.name,
                    "subdomain": hospital.subdomain,
                    "url": hospital_url(hospital.subdomain),
                    "is_current": hospital.schema == here.schema,
                }
            )
    return found


def switch(actor: Actor, subdomain: str) -> str:
    """A one-time address that logs the actor in to another member hospital. Raises NotFound when there is no log-in there."""
    here = current_hospital()
    mine = StaffUser.objects.filter(pk=actor.user_id).values_list("group_user_id", flat=True).first()
    target = next(
        (h for h in group_members(here.group_id) if h.subdomain == subdomain and h.schema != here.schema), None
    )
    if target is None or not mine or _log_in_there(target, mine) is None:
        raise NotFound("您不能进入这家医院", "请联系那家医院的管理员开通")
    with use_hospital(target):
        user = _find(mine)
        if user is None:
            raise NotFound("您不能进入这家医院", "请联系那家医院的管理员开通")
        token = issue_entry_token(user)
    auditing.record(actor, "accounts.switched", hospital=subdomain)
    return f"{hospital_url(subdomain)}/enter?token={token}"


def _log_in_there(hospital: Any, group_user_id: int) -> StaffUser | None:
    with use_hospital(hospital):
        return _find(group_user_id)


def _find(group_user_id: int) -> StaffUser | None:
    return StaffUser.objects.filter(group_user_id=group_user_id, is_active=True).first()
