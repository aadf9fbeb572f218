import re
from typing import Any

from django.db import models

from kangqiao.core.errors import Invalid
from kangqiao.core.resources import Field, Resource
from kangqiao.instruments.enums import Transport
from kangqiao.instruments.models import EdgeAgent, Instrument

CODE = re.compile(r"[a-z0-9-]{1,40}")


def complete_transport(values: dict[str, Any], row: models.Model | None) -> dict[str, Any]:
    """Each way of connecting needs its own settings."""
    merged = {
        **({f: getattr(row, f) for f in ("code", "transport", "host", "port", "serial_port", "usb")} if row else {}),
        **values,
    }
    if not CODE.fullmatch(merged.get("code") or ""):
        raise Invalid.field("code", "代码只能用小写字母、数字和横线，例如 cbc-1")
    transport = merged.get("transport")
    if transport != Transport.SERIAL and not merged.get("port"):
        raise Invalid.field("port", "请填写端口")
    if transport == Transport.TCP_CLIENT and not merged.get("host"):
        raise Invalid.field("host", "请填写仪器的地址")
    if transport == Transport.SERIAL and not (merged.get("serial_port") or merged.get("usb")):
        raise Invalid.field("serial_port", "请填写串口名或 USB 标识")
    return values


RESOURCES = [
    Resource(
        name="edge-agents",
        context="instruments",
        title="前置机",
        group="仪器接入",
        model=EdgeAgent,
        permission="instruments.agent",
        fields=("name", "status", "agent_version"),
        search=("name",),
        order_by=("name",),
        verbs=frozenset({"list", "read"}),
    ),
    Resource(
        name="instruments",
        context="instruments",
        title="检验仪器",
        group="仪器接入",
        model=Instrument,
        permission="instruments.agent",
        clean=complete_transport,
        feature="P-07",
        fields=(
            "code",
            "name",
            Field(name="agent", resource="edge-agents"),
            "driver",
            "charset",
            "transport",
            Field(name="host", section="连接", help="监听时是本机地址，拨出时是仪器地址"),
            Field(name="port", section="连接"),
            Field(name="serial_port", section="连接"),
            Field(name="usb", section="连接"),
            Field(name="baud", section="连接"),
            Field(name="allowed_addresses", section="连接", help="多个用逗号分开；空表示不限"),
            "sort_no",
        ),
        verbs=frozenset({"list", "read", "create", "update", "retire"}),
    ),
]
