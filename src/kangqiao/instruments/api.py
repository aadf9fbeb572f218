"""Agents, transmissions and the tray of unmatched results. Instruments themselves are a Resource."""

from ninja import Query

from kangqiao.accounts.services.group import hospital_url
from kangqiao.core import auditing
from kangqiao.core.api import DoorRouter, ListQuery, Page, Request, page_of
from kangqiao.core.tenancy import current_hospital
from kangqiao.instruments import rules, selectors
from kangqiao.instruments.models import RawTransmission
from kangqiao.instruments.schemas import (
    AgentOut,
    CodeIn,
    CodeOut,
    ConfirmIn,
    DismissIn,
    Done,
    RawOut,
    RetryIn,
    TransmissionOut,
    TrayQuery,
    TrayRow,
)
from kangqiao.instruments.services import configuring, enrolment, transmissions

router = DoorRouter("instruments")


@router.get("/agents", permission="instruments.agent.read", response=Page[AgentOut])
def list_agents(request: Request, query: Query[ListQuery]):
    return page_of(selectors.agents(), query)


@router.post("/agents/codes", permission="instruments.agent.write", response={201: CodeOut})
def make_enrolment_code(request: Request, payload: CodeIn):
    code, row = enrolment.make_code(request.actor, agent_name=payload.agent_name, agent_id=payload.agent)
    command = f"kangqiao-edge enroll {hospital_url(current_hospital().subdomain)} {code}"
    return 201, {"code": code, "agent_name": row.agent_name, "expires_at": row.expires_at, "command": command}


@router.post("/agents/{int:id}/confirm", permission="instruments.agent.write", response=AgentOut)
def confirm_agent(request: Request, id: int, payload: ConfirmIn):
    return enrolment.confirm_agent(request.actor, id, fingerprint_tail=payload.fingerprint_tail)


@router.post("/agents/{int:id}/revoke", permission="instruments.agent.write", response=AgentOut)
def revoke_agent(request: Request, id: int):
    return enrolment.revoke_agent(request.actor, id)


@router.post("/agents/{int:id}/push-configuration", permission="instruments.agent.write", response=AgentOut)
def push_configuration(request: Request, id: int):
    return configuring.push_configuration(request.actor, id)


@router.get("/transmissions", permission="instruments.tray.read", response=Page[TransmissionOut])
def list_transmissions(request: Request, query: Query[ListQuery]):
    return page_of(selectors.transmissions(q=query.q), query)


@router.get("/transmissions/{int:id}", permission="instruments.tray.read", response=RawOut)
def read_transmission(request: Request, id: int):
    """The raw text; looking at it is audited, since it may name a person."""
    stored = RawTransmission.objects.select_related("interpretation").get(pk=id)
    auditing.record(request.actor, "instruments.raw_viewed", target=stored)
    stored.text = rules.decode(bytes(stored.raw), stored.charset)
    return stored


@router.get("/tray", permission="instruments.tray.read", response=Page[TrayRow])
def list_tray(request: Request, query: Query[TrayQuery]):
    return page_of(selectors.tray(q=query.q, match_status=query.match_status), query)


@router.post("/tray/retry", permission="instruments.tray.write", response=Done)
def retry_matching(request: Request, payload: RetryIn):
    return {"count": transmissions.retry_matching(request.actor, payload.ids, barcode=payload.barcode)}


@router.post("/tray/dismiss", permission="instruments.tray.write", response=Done)
def dismiss_results(request: Request, payload: DismissIn):
    return {"count": transmissions.dismiss_results(request.actor, payload.ids, reason=payload.reason)}
