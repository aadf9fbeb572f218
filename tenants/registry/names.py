"""Names that people choose (subdomains) and names that we choose (schemas, roles)."""

import re
import secrets

from tenants.errors import refuse
from tenants.scope import prefixed

SUBDOMAIN = r"^[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9]$"
RESERVED = frozenset(
    """
    www api app admin edge ws wss h5 wechat open static assets media files cdn mail smtp imap ftp ns dns sandbox demo-api
    public login signup sign-up account accounts billing pay payment status support help docs blog kangqiao root system
    test staging dev localhost metrics health agent agents download downloads auth sso oauth
    """.split()  # noqa: SIM905 (a list of words reads better than a list of strings)
)


def check_subdomain(subdomain: str) -> str:
    """The normalized subdomain. Refuses what may not be one: 3-30 characters of a-z 0-9 -, no reserved word."""
    name = subdomain.strip().lower()
    if not re.match(SUBDOMAIN, name) or "--" in name:
        refuse(
            "subdomain-invalid",
            "网址前缀格式不对",
            status=422,
            detail="请用 3–30 个小写字母、数字或短横线，首尾须为字母或数字",
        )
    if name in RESERVED:
        refuse("subdomain-reserved", "这个网址前缀为系统保留", status=422, detail="请换一个，例如医院名称的拼音")
    return name


def new_schema_name() -> str:
    """`h_` and 12 hex digits: says nothing about the hospital."""
    return f"h_{secrets.token_hex(6)}"


def role_of(schema: str) -> str:
    return prefixed(schema)


def template_schema() -> str:
    return prefixed("template")
