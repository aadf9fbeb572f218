"""Which routers hang in which door. The doors check the kind of host: a hospital's API does not answer on the public site."""

from kangqiao.accounts.api import router as accounts
from kangqiao.accounts.api import session_router as session
from kangqiao.audit.api import router as audit
from kangqiao.checkup.api import router as checkup
from kangqiao.core.api import make_door
from kangqiao.core.discovery import discover
from kangqiao.core.resource_api import build_router, meta
from kangqiao.core.resources import RESOURCES
from kangqiao.files.api import router as files
from kangqiao.instruments.api import router as instruments
from kangqiao.instruments.edge_api import router as edge
from kangqiao.onboarding.api import checklist_router as onboarding
from kangqiao.onboarding.api import public_router as public
from kangqiao.options.api import router as options
from kangqiao.people.api import router as people
from kangqiao.reporting.api import meta_router as report_meta
from kangqiao.reporting.api import router as reports

discover()

staff_api = make_door("Kangqiao staff API", "staff")
staff_api.add_router("/session", session)
staff_api.add_router("/meta", meta)
staff_api.add_router("/meta", report_meta)
for resource in RESOURCES:
    staff_api.add_router(f"/dictionaries/{resource.name}", build_router(resource))
for prefix, router in (
    ("accounts", accounts),
    ("audit", audit),
    ("options", options),
    ("people", people),
    ("checkup", checkup),
    ("instruments", instruments),
    ("reports", reports),
    ("files", files),
    ("onboarding", onboarding),
):
    staff_api.add_router(f"/{prefix}", router)

public_api = make_door("Kangqiao public API", "public")
public_api.add_router("", public)

edge_api = make_door("Kangqiao edge API", "edge")
edge_api.add_router("", edge)
DOORS = {"staff": staff_api, "public": public_api, "edge": edge_api}
