"""The same trial against the real cloud: granian, Channels, PostgreSQL. KQ_KILL_* as in `test_kill.py`."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from edge_agent import identity
from kangqiao.core import outbox
from kangqiao.core.actor import SYSTEM
from kangqiao.core.models import OutboxEvent
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.instruments.models import Instrument, InstrumentResult, Interpretation, RawTransmission
from kangqiao.instruments.services import enrolment
from tests.edge_agent.harness import ENVIRONMENT, ROOT, AgentProcess, Process, eventually, free_port, listens
from tests.edge_agent.test_kill import number, run_trial

pytestmark = [pytest.mark.feature("P-08"), pytest.mark.django_db(transaction=True)]


class RealCloud(Process):
    """The websocket process on this test's database; a kill takes granian and its worker, which are one group of ours."""

    own_group = True

    def __init__(self, folder: Path, hospital: TenantRef):
        super().__init__(folder / "websocket.log")
        self.port, self.hospital = free_port(), hospital
        database = settings.DATABASES["default"]
        self.environment = ENVIRONMENT | {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), ENVIRONMENT["PYTHONPATH"]]),
            "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
            "KANGQIAO_ROLE_PREFIX": settings.TENANT_ROLE_PREFIX,
            "KANGQIAO_MASTER_KEY": settings.MASTER_KEY,
            "KANGQIAO_SECRET_KEY": settings.SECRET_KEY,
        }

    def command(self) -> list[str]:
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1", "--no-access-log"]
        granian = str(Path(sys.executable).with_name("granian"))
        return [granian, "--interface", "asginl", *place, "kangqiao.config.asgi:application"]

    def start(self) -> None:
        super().start()
        eventually(lambda: listens(self.port), 30, "websocket process listens")

    def admit(self, agent: AgentProcess, instrument_port: int) -> None:
        """Enrol and confirm an agent and give it one instrument."""
        agent.state.mkdir()
        with use_hospital(self.hospital):
            credential = identity.new_credential("http://alpha.localhost")
            code, _ = enrolment.make_code(SYSTEM, agent_name="检验科前置机")
            row, _ = enrolment.enroll_agent(
                code=code,
                public_key=credential.public_key,
                signature=credential.sign_enrolment(code),
                agent_version="0.1.0",
                machine={},
            )
            enrolment.confirm_agent(SYSTEM, row.pk, fingerprint_tail=credential.fingerprint[-6:])
            listening = {"transport": "tcp_server", "host": "127.0.0.1", "port": instrument_port}
            Instrument.objects.create(agent=row, code="cbc-1", name="血球仪", **listening)
        credential.agent_id, credential.ws_url = row.agent_id, f"ws://alpha.localhost:{self.port}/edge/v1"
        identity.save(agent.state, credential)

    def results(self) -> list[tuple[str, bytes]]:
        with use_hospital(self.hospital):
            return [(key, bytes(raw)) for key, raw in RawTransmission.objects.values_list("key", "raw")]

    def announced(self) -> int:
        """How often a stored message was announced to those who read it."""
        with use_hospital(self.hospital):
            return OutboxEvent.objects.filter(name="instruments.transmission_stored").count()

    def read_results(self) -> tuple[int, int, int]:
        """Let the subscribers work: messages read, result lines kept, result records that the instrument sent."""
        with use_hospital(self.hospital):
            outbox.drain(limit=20_000)
            sent = sum(bytes(raw).count(b"\rR|") for raw in RawTransmission.objects.values_list("raw", flat=True))
            return Interpretation.objects.filter(kind="result").count(), InstrumentResult.objects.count(), sent

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            eventually(lambda: not listens(self.port), 10, "port free")
            self.kills += 1

    def stop(self) -> None:
        if self.alive:
            self.kill()
            self.kills -= 1


def trial(folder: Path, hospital: TenantRef, count: int, kills: int) -> dict[str, Any]:
    seed, port = number("KQ_KILL_SEED", int(time.time())), free_port()
    cloud, agent = RealCloud(folder, hospital), AgentProcess(folder / "agent")
    try:
        cloud.start()
        cloud.admit(agent, port)
    except BaseException:
        cloud.stop()
        raise
    # Without pauses the instrument would be done before the killed cloud had started once.
    figures = run_trial(cloud, agent, port, count=count, kills=kills, seed=seed, pause=0.04)
    assert cloud.announced() == count, "each announced once"
    messages, lines, sent = cloud.read_results()
    assert messages == count, "each read once"
    assert lines == sent > count, "each result record is one result line"
    return {"seed": seed} | figures


def test_the_cloud_keeps_every_message_once_when_it_and_the_agent_are_killed(
    tmp_path: Path, hospital_a: TenantRef
) -> None:
    print(trial(tmp_path, hospital_a, number("KQ_KILL_MESSAGES", 100), number("KQ_KILLS", 4)))


@pytest.mark.soak
def test_the_cloud_keeps_2000_messages_once_over_60_kills(tmp_path: Path, hospital_a: TenantRef) -> None:
    print(trial(tmp_path, hospital_a, 2000, 60))
