"""The public site's API and the first-run checklist."""

from uuid import UUID

from kangqiao.accounts.middleware import client_ip
from kangqiao.core.api import PUBLIC, DoorRouter, Request
from kangqiao.core.permissions import SIGNED_IN
from kangqiao.onboarding import plans, services
from kangqiao.onboarding.schemas import (
    Checklist,
    CodeRequest,
    Plans,
    Removed,
    SignUpIn,
    SignUpOut,
    SignUpStarted,
    SubdomainOut,
)
from kangqiao.onboarding.tasks import run
from tenants.signup.selectors import sign_up_progress, subdomain_answer
from tenants.signup.services import SignUpRequest, request_code, start_sign_up

public_router = DoorRouter("public")
checklist_router = DoorRouter("onboarding")


@public_router.get("/plans", permission=PUBLIC, response=Plans)
def list_plans(request: Request):
    return {"items": plans.PLANS}


@public_router.post("/sign-ups/codes", permission=PUBLIC, response={204: None})
def send_verification_code(request: Request, payload: CodeRequest):
    request_code(channel=payload.channel, target=payload.target, ip=client_ip(request))
    return 204, None


@public_router.get("/sign-ups/subdomain-check", permission=PUBLIC, response=SubdomainOut)
def check_subdomain(request: Request, subdomain: str):
    answer = subdomain_answer(subdomain[:40])
    return {"available": answer.available, "reason": answer.reason, "suggestion": services.suggestion_for(answer)}


@public_router.post("/sign-ups", permission=PUBLIC, response={202: SignUpStarted})
def sign_up(request: Request, payload: SignUpIn):
    """Needs `Idempotency-Key`; the same key gives the same sign-up."""
    wanted = payload.dict(exclude={"phone_code", "email_code", "demo_data"})
    public_id = start_sign_up(
        SignUpRequest(**wanted, with_demo_data=payload.demo_data),
        idempotency_key=request.headers.get("Idempotency-Key", ""),
        phone_code=payload.phone_code,
        email_code=payload.email_code,
    )
    _start(public_id)
    return 202, {"public_id": public_id}


def _start(public_id: UUID) -> None:
    """Hand the sign-up to a worker; when the broker is away the sweeper takes it within seconds."""
    try:
        run.apply_async((str(public_id),), retry=False)
    except run.app.connection_for_write().recoverable_connection_errors:
        return


@public_router.get("/sign-ups/{uuid:public_id}", permission=PUBLIC, response=SignUpOut)
def read_sign_up(request: Request, public_id: UUID):
    progress = sign_up_progress(public_id)
    return {
        "status": progress.status,
        "hospital_name": progress.hospital_name,
        "subdomain": progress.subdomain,
        "steps": progress.steps,
        "error": progress.error or None,
        "redirect_url": services.redirect_of(progress),
    }


@checklist_router.get("/checklist", permission=SIGNED_IN, response=Checklist)
def read_checklist(request: Request):
    return services.checklist(request.actor)


@checklist_router.post("/remove-demo-data", permission="onboarding.demo.remove", response=Removed)
def remove_demo_data(request: Request):
    return {"count": services.remove_demo_data(request.actor)}
