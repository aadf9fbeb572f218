"""The OpenAPI document of all doors, as the front end and the tests read it."""

import json
from pathlib import Path
from typing import Any

from kangqiao.config import env
from kangqiao.config.doors import DOORS

CONTRACT = env.ROOT / "frontend" / "packages" / "api-client" / "openapi.json"
PREFIXES = {"staff": "/api/v1/", "public": "/api/public/v1/", "edge": "/api/edge/v1/"}


def document() -> dict[str, Any]:
    """One OpenAPI document: the paths of every door, the schemas of all."""
    whole: dict[str, Any] = {}
    for name, api in DOORS.items():
        part = api.get_openapi_schema(path_prefix=PREFIXES[name])
        if not whole:
            whole = {**part, "info": {"title": "Kangqiao", "version": "1"}}
            continue
        whole["paths"] |= part["paths"]
        whole["components"]["schemas"] |= part["components"]["schemas"]
    return json.loads(json.dumps(whole, default=str))


def text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def is_current(path: Path = CONTRACT) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text()
