"""The agents' HTTP door: enrolment. No session; the one-time code and the signature are the right to enter."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.conf import settings
from django.core.cache import cache
from pydantic import Field

from kangqiao.accounts.middleware import client_ip
from kangqiao.accounts.services.group import hospital_card
from kangqiao.core.api import PUBLIC, DoorRouter, Out, Request
from kangqiao.core.errors import TooManyRequests
from kangqiao.core.tenancy import current_hospital
from kangqiao.instruments.services import enrolment

router = DoorRouter("edge")
TRIES_PER_MINUTE = 10


class Machine(Out):
    hostname: Annotated[str, Field(max_length=100)] = ""
    os: Annotated[str, Field(max_length=100)] = ""
    arch: Annotated[str, Field(max_length=40)] = ""
    python: Annotated[str, Field(max_length=40)] = ""


class Enroll(Out):
    protocol: int = 1
    code: Annotated[str, Field(min_length=8, max_length=8)]
    public_key: Annotated[str, Field(min_length=40, max_length=60)]
    signature: Annotated[str, Field(min_length=80, max_length=100)]
    agent_version: Annotated[str, Field(max_length=20)] = ""
    machine: Machine = Machine()


class Enrolled(Out):
    agent_id: str
    hospital: dict[str, str]
    ws_url: str
    server_time: datetime
    status: str
    fingerprint: str


@router.post("/enroll", permission=PUBLIC, response={200: Enrolled, 201: Enrolled})
def enroll(request: Request, payload: Enroll) -> Any:
    _limit(request)
    agent, fresh = enrolment.enroll_agent(
        code=payload.code,
        public_key=payload.public_key,
        signature=payload.signature,
        agent_version=payload.agent_version,
        machine=payload.machine.dict(),
    )
    hospital = current_hospital()
    scheme = "wss" if settings.SECURE_SSL_REDIRECT else "ws"
    return (201 if fresh else 200), {
        "agent_id": agent.agent_id,
        "hospital": {"name": hospital.name, "subdomain": hospital_card()["subdomain"]},
        "ws_url": f"{scheme}://{request.get_host().partition(':')[0]}:{settings.WEBSOCKET_PORT}/edge/v1",
        "server_time": datetime.now(UTC),
        "status": agent.status,
        "fingerprint": agent.fingerprint,
    }


def _limit(request: Request) -> None:
    key = f"edge-enroll:{client_ip(request)}"
    cache.add(key, 0, timeout=60)
    if cache.incr(key) > TRIES_PER_MINUTE:
        raise TooManyRequests("尝试太频繁", 60, "请一分钟后再试")
