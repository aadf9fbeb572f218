"""Changing options."""

from typing import Any

from django.db import transaction

from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Invalid, NotFound
from kangqiao.core.options import OPTIONS, Scope
from kangqiao.options.models import OptionValue


@transaction.atomic
def set_option(actor: Actor, name: str, value: Any, *, scope: Scope = "hospital", scope_key: str = "") -> Any:
    """Set an option in a scope; a value of None goes back to the wider scope. Returns the parsed value."""
    actor.require("options.option.write")
    option = OPTIONS.find(name)
    if option is None:
        raise NotFound("没有这个选项")
    if scope not in option.scopes or (scope == "hospital") != (scope_key == ""):
        raise Invalid.field("scope", f"“{option.title}”不能按这个范围设置")
    row = OptionValue.objects.select_for_update().filter(name=name, scope=scope, scope_key=scope_key).first()
    before = row.value if row else None
    parsed = None if value is None else option.parse(value)
    if parsed is None:
        OptionValue.objects.filter(name=name, scope=scope, scope_key=scope_key).delete()
    else:
        stored = str(parsed) if option.kind not in (bool, int, str) else parsed
        row, _ = OptionValue.objects.update_or_create(
            name=name, scope=scope, scope_key=scope_key, defaults={"value": stored}
        )
    auditing.record(
        actor,
        "options.option.set",
        target=row,
        before={"value": before},
        after={"value": parsed},
        option=name,
        scope=scope,
        scope_key=scope_key,
    )
    return parsed
