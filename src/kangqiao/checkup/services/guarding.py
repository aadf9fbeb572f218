"""Turning the rules' refusals into problems."""

from kangqiao.checkup.rules.plain import Refusal
from kangqiao.core.errors import Conflict


def stop(refusal: Refusal | None, **params: object) -> None:
    """Raise Conflict with the refusal's code and sentence, if there is one."""
    if refusal is None:
        return
    title, _, detail = refusal.message.partition("；")
    raise Conflict(problem_code(refusal), title, detail, **params)


def problem_code(refusal: Refusal) -> str:
    """`results.no_panel` -> `results-no-panel`."""
    return refusal.code.replace(".", "-").replace("_", "-")
