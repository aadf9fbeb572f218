"""Doors: staff API on a hospital's host, public API on the public hosts, agents' enrolment, and the two front ends."""

from django.urls import path, re_path

from kangqiao.config.doors import edge_api, public_api, staff_api
from kangqiao.config.pages import front_end, not_found, server_error
from kangqiao.ops.health import live, ready

urlpatterns = [
    path("api/v1/", staff_api.urls),
    path("api/public/v1/", public_api.urls),
    path("api/edge/v1/", edge_api.urls),
    path("healthz", live),
    path("readyz", ready),
    re_path(r"^(?!api/|static/|healthz|readyz).*$", front_end),
]
handler404 = not_found
handler500 = server_error
