"""Running a sign-up: one worker at a time by lease, step after step, resumable after a kill at any point."""

import logging
import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from tenants.errors import DomainError
from tenants.registry.services import abandon_hospital
from tenants.scope import as_public
from tenants.signup.enums import LIVE, SignUpStatus, StepState
from tenants.signup.models import SignUp, SignUpStep
from tenants.signup.services.steps import Step, StepContext, all_steps

LEASE = timedelta(seconds=120)
MOST_ATTEMPTS = 5
log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has taken over."""


def run_sign_up(public_id: uuid.UUID) -> bool:
    """Run the steps that are not done yet. False when another worker has it, or when there is nothing to do."""
    token = uuid.uuid4()
    sign_up = _take_lease(public_id, token)
    if sign_up is None:
        return False
    try:
        for position, step in enumerate(all_steps()):
            _run_step(sign_up, step, position, token)
    except LeaseLost:
        return False
    except Exception as error:  # whatever a step did wrong is kept for the page and tried again
        log.exception("sign-up %s failed", public_id)
        _put_back(sign_up, token, error)
        return False
    _finish(sign_up, token)
    return True


def _take_lease(public_id: uuid.UUID, token: uuid.UUID) -> SignUp | None:
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    with as_public():
        taken = SignUp.objects.filter(free, public_id=public_id, status__in=LIVE).update(
            status=SignUpStatus.RUNNING, lease_until=now + LEASE, lease_token=token, attempts=F("attempts") + 1
        )
        return SignUp.objects.get(public_id=public_id) if taken else None


def _keep_lease(sign_up_id: int, token: uuid.UUID) -> None:
    with as_public():
        kept = SignUp.objects.filter(pk=sign_up_id, lease_token=token).update(lease_until=timezone.now() + LEASE)
    if not kept:
        raise LeaseLost


def _context(sign_up_id: int, token: uuid.UUID) -> StepContext:
    with as_public():
        row = SignUp.objects.get(pk=sign_up_id)
    return StepContext(
        sign_up_id=row.pk,
        public_id=row.public_id,
        hospital_id=row.hospital_id,
        hospital_name=row.hospital_name,
        group_name=row.group_name,
        subdomain=row.subdomain,
        contact_name=row.contact_name,
        phone=row.phone,
        email=row.email,
        plan=row.plan,
        with_demo_data=row.with_demo_data,
        keep_lease=lambda: _keep_lease(sign_up_id, token),
    )


def _run_step(sign_up: SignUp, step: Step, position: int, token: uuid.UUID) -> None:
    _keep_lease(sign_up.pk, token)
    with as_public():
        row, _made = SignUpStep.objects.get_or_create(
            sign_up=sign_up, name=step.name, defaults={"title": step.title, "position": position}
        )
    if row.state == StepState.DONE:
        return
    _note(row, state=StepState.RUNNING, started_at=timezone.now(), detail="")
    try:
        detail = step.fn(_context(sign_up.pk, token))
    except LeaseLost:
        raise
    except Exception as error:
        _note(row, state=StepState.FAILED, detail=_words(error), finished_at=timezone.now())
        raise
    _note(row, state=StepState.DONE, detail=detail or "", finished_at=timezone.now())


def _note(row: SignUpStep, **changes: object) -> None:
    with as_public():
        SignUpStep.objects.filter(pk=row.pk).update(**changes)


def _words(error: Exception) -> str:
    """What the page may show: refusals in their own words, anything else without its insides."""
    return error.title if isinstance(error, DomainError) else "这一步没有成功，系统会自动重试"


def _finish(sign_up: SignUp, token: uuid.UUID) -> None:
    with as_public():
        SignUp.objects.filter(pk=sign_up.pk, lease_token=token).update(
            status=SignUpStatus.DONE, finished_at=timezone.now(), lease_until=None, lease_token=None, error=""
        )


def _put_back(sign_up: SignUp, token: uuid.UUID, error: Exception) -> None:
    """Leave it for the sweeper, later each time; after the last try give the subdomain back and remove everything."""
    give_up = sign_up.attempts >= MOST_ATTEMPTS
    with as_public(), transaction.atomic():
        mine = SignUp.objects.select_for_update().filter(pk=sign_up.pk, lease_token=token).first()
        if mine is None:
            return
        mine.error = f"{type(error).__name__}: {error}"[:2000]
        mine.lease_token = None
        mine.status = SignUpStatus.FAILED if give_up else SignUpStatus.PENDING
        mine.lease_until = None if give_up else timezone.now() + timedelta(seconds=15 * 2**mine.attempts)
        hospital_id, mine.hospital_id = mine.hospital_id, None if give_up else mine.hospital_id
        mine.finished_at = timezone.now() if give_up else None
        mine.save()
        if give_up and hospital_id:
            abandon_hospital(hospital_id)


def resume_stale() -> list[uuid.UUID]:
    """Run again every live sign-up whose worker is gone; gives those that are now done. For a schedule of a minute."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=timezone.now())
    with as_public():
        stale = list(SignUp.objects.filter(free, status__in=LIVE).order_by("pk").values_list("public_id", flat=True))
    return [public_id for public_id in stale if run_sign_up(public_id)]
