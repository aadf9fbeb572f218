"""Websockets only: `granian --interface asgi kangqiao.config.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kangqiao.config.settings")
get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 (apps must be ready first)
from django.urls import path  # noqa: E402

from kangqiao.instruments.consumers import AgentConsumer  # noqa: E402
from kangqiao.ops.consumers import StaffConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {"websocket": URLRouter([path("ws/staff", StaffConsumer.as_asgi()), path("edge/v1", AgentConsumer.as_asgi())])}
)
