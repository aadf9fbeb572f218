"""The steps of a sign-up: two of our own, those registered from above, and the opening of the doors."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tenants.errors import HospitalMissing
from tenants.registry.services import activate_hospital, build_hospital_schema, new_group, reserve_hospital
from tenants.scope import as_public
from tenants.signup.models import SignUp


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step may know. `hospital_id` is None only in the first step; `keep_lease()` is for steps of over a minute."""

    sign_up_id: int
    public_id: UUID
    hospital_id: int | None
    hospital_name: str
    group_name: str
    subdomain: str
    contact_name: str
    phone: str
    email: str
    plan: str
    with_demo_data: bool
    keep_lease: Callable[[], None]


StepFunction = Callable[[StepContext], str | None]


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    title: str
    fn: StepFunction


_registered: dict[str, Step] = {}


def register_step(name: str, title: str, fn: StepFunction) -> None:
    """Add a step between the making of the schema and the opening. `fn(context)` runs outside of every scope, must be
    idempotent, and may return a line for the progress page."""
    _registered[name] = Step(name, title, fn)


def unregister_step(name: str) -> None:
    _registered.pop(name, None)


def all_steps() -> list[Step]:
    return [
        Step("reserve", "登记医院与密钥", _reserve),
        Step("schema", "建立独立数据区", _build_schema),
        *_registered.values(),
        Step("open", "开放使用", _open),
    ]


def _reserve(context: StepContext) -> str:
    """Hospital row and its place in the sign-up in one transaction, so that there is never a second one."""
    with as_public(), transaction.atomic():
        sign_up = SignUp.objects.select_for_update().get(pk=context.sign_up_id)
        if sign_up.hospital_id is None:
            ref = reserve_hospital(
                group_id=new_group(context.group_name),
                name=context.hospital_name,
                subdomain=context.subdomain,
                plan=context.plan,
            )
            sign_up.hospital_id = ref.hospital_id
            sign_up.save(update_fields=["hospital"])
    return context.subdomain


def _hospital_id(context: StepContext) -> int:
    if context.hospital_id is None:
        raise HospitalMissing
    return context.hospital_id


def _build_schema(context: StepContext) -> str:
    build_hospital_schema(_hospital_id(context))
    return "与模板核对一致"


def _open(context: StepContext) -> None:
    activate_hospital(_hospital_id(context))
