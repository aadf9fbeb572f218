"""Reading users, sessions and the log-in log."""

from django.db.models import Q, QuerySet

from kangqiao.accounts.models import LogInAttempt, StaffSession, StaffUser


def users(*, q: str = "", is_active: bool | None = None, role: str = "") -> "QuerySet[StaffUser]":
    """Users by name, pinyin initials or user name, with roles and departments (3 queries a page)."""
    rows = StaffUser.objects.prefetch_related("roles", "departments").order_by("-is_active", "username")
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(pinyin__istartswith=q) | Q(username__istartswith=q))
    if is_active is not None:
        rows = rows.filter(is_active=is_active)
    if role:
        rows = rows.filter(roles__code=role)
    return rows


def names(user_ids: set[int]) -> dict[int, str]:
    """Names by user id."""
    return dict(StaffUser.objects.filter(pk__in=user_ids).values_list("pk", "name"))


def sessions(*, q: str = "", open_only: bool = True) -> "QuerySet[StaffSession]":
    rows = StaffSession.objects.select_related("user").order_by("-last_seen_at")
    if q:
        rows = rows.filter(Q(user__name__icontains=q) | Q(user__username__istartswith=q))
    return rows.filter(ended_at=None) if open_only else rows


def attempts(*, q: str = "") -> "QuerySet[LogInAttempt]":
    rows = LogInAttempt.objects.order_by("-id")
    return rows.filter(username__istartswith=q) if q else rows


def user_count() -> int:
    return StaffUser.objects.count()


def has_totp(user_id: int) -> bool:
    """Whether the user's second factor is in force."""
    return StaffUser.objects.filter(pk=user_id, totp_confirmed_at__isnull=False).exists()
