"""The menu of the staff app, derived from permissions: an entry shows when the actor holds one of its permissions."""

from dataclasses import dataclass
from typing import Any

from kangqiao.core.actor import Actor
from kangqiao.core.reports import REPORTS
from kangqiao.core.resources import RESOURCES


@dataclass(frozen=True, slots=True)
class Entry:
    code: str
    title: str
    path: str
    icon: str
    any_of: tuple[str, ...] = ()


ENTRIES = (
    Entry("home", "首页", "/", "home"),
    Entry("desk", "登记", "/checkup/desk", "desk", ("checkup.checkup.enroll",)),
    Entry("check-in", "签到", "/checkup/check-in", "check-in", ("checkup.checkup.check_in",)),
    Entry("draw", "采血", "/checkup/draw", "draw", ("checkup.specimen.draw",)),
    Entry("station", "诊台", "/checkup/station", "station", ("checkup.result.write",)),
    Entry("conclusion", "总检", "/checkup/conclusion", "conclusion", ("checkup.conclusion.write",)),
    Entry("review", "审核", "/checkup/review", "review", ("checkup.conclusion.review",)),
    Entry("board", "看板", "/checkup/board", "board", ("checkup.board.read",)),
    Entry("people", "档案", "/people", "people", ("people.person.read",)),
    Entry("instruments", "仪器", "/instruments", "instruments", ("instruments.agent.read",)),
    Entry("accounts", "用户", "/accounts/users", "accounts", ("accounts.user.read", "accounts.session.read")),
    Entry("audit", "审计", "/audit", "audit", ("audit.entry.read",)),
    Entry("options", "选项", "/options", "options", ("options.option.read",)),
)


def menu_of(actor: Actor) -> list[dict[str, Any]]:
    """Entries that the actor may open, in order."""
    entries = [
        {"code": e.code, "title": e.title, "path": e.path, "icon": e.icon}
        for e in ENTRIES
        if not e.any_of or any(map(actor.may, e.any_of))
    ]
    if any(actor.may(r.read_permission) for r in RESOURCES):
        entries.append({"code": "dictionaries", "title": "字典", "path": "/dictionaries", "icon": "dictionaries"})
    if any(actor.may(r.permission) for r in REPORTS):
        entries.append({"code": "reports", "title": "统计", "path": "/reports", "icon": "reports"})
    return entries
