"""Websockets only: `granian --interface asgi kangqiao.config.asgi:application`."""

import os

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kangqiao.config.settings")
django.setup()

from kangqiao.config import websockets  # noqa: E402 (apps must be ready first)

application = ProtocolTypeRouter(
    {"websocket": URLRouter([path(route, consumer.as_asgi()) for route, consumer in websockets.ROUTES.items()])}
)
