"""Logging in: lock-out per hospital and user, second factor, sessions, administrators' separation."""

from datetime import timedelta
from itertools import pairwise

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from kangqiao.accounts.models import LogInAttempt, Role, StaffSession, StaffUser
from kangqiao.accounts.services import log_in, passwords, sessions, users
from kangqiao.audit.models import AuditEntry
from kangqiao.core.actor import SYSTEM, Actor
from kangqiao.core.errors import DomainError, Invalid, SignInRequired, TooManyRequests
from kangqiao.core.tenancy import TenantRef, use_hospital

GOOD = "Linjiang-2026!"
HERE = log_in.Visitor(ip="10.0.0.8", browser="Chromium")
pytestmark = pytest.mark.feature("P-05")


def make_user(username: str = "gu.ting", *roles: str, **values: object) -> StaffUser:
    users.seed_roles()
    user = StaffUser.objects.create(
        username=username,
        name="顾婷",
        password=make_password(GOOD),
        password_changed_at=timezone.now(),
        must_change_password=False,
        **values,
    )
    user.roles.set(Role.objects.filter(code__in=roles or ("nurse",)))
    return user


def wrong(times: int, username: str = "gu.ting") -> None:
    for _ in range(times):
        with pytest.raises(SignInRequired):
            log_in.log_in(HERE, username=username, password="wrong-password")


def test_right_password_starts_a_session_with_the_roles_permissions(in_a: TenantRef) -> None:
    make_user()
    user, cookie = log_in.log_in(HERE, username=" Gu.Ting ", password=GOOD)
    actor, recognized = sessions.recognize(cookie, "10.0.0.8")
    assert recognized == user
    assert actor.roles == {"nurse"}
    assert actor.permissions == set(Role.objects.get(code="nurse").permissions)
    assert LogInAttempt.objects.get().outcome == "succeeded"
    assert AuditEntry.objects.filter(action="accounts.log_in", succeeded=True).count() == 1


def test_recognizing_a_session_is_one_query(in_a: TenantRef, django_assert_num_queries) -> None:
    make_user()
    _, cookie = log_in.log_in(HERE, username="gu.ting", password=GOOD)
    with django_assert_num_queries(1):
        sessions.recognize(cookie, "")


def test_sixth_try_is_refused_even_with_the_right_password(in_a: TenantRef) -> None:
    make_user()
    wrong(5)
    with pytest.raises(TooManyRequests) as refusal:
        log_in.log_in(HERE, username="gu.ting", password=GOOD)
    assert refusal.value.params["retry_after"] > 800
    LogInAttempt.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))
    log_in.log_in(HERE, username="gu.ting", password=GOOD)


def test_success_between_wrong_tries_starts_the_count_again(in_a: TenantRef) -> None:
    make_user()
    wrong(4)
    log_in.log_in(HERE, username="gu.ting", password=GOOD)
    wrong(4)
    log_in.log_in(HERE, username="gu.ting", password=GOOD)


def test_lock_in_one_hospital_does_not_lock_the_same_name_in_another(in_a: TenantRef, hospital_b: TenantRef) -> None:
    make_user()
    wrong(5)
    with use_hospital(hospital_b):
        make_user()
        log_in.log_in(HERE, username="gu.ting", password=GOOD)


def test_unknown_names_are_locked_and_answered_alike(in_a: TenantRef) -> None:
    wrong(5, "nobody")
    with pytest.raises(TooManyRequests):
        log_in.log_in(HERE, username="nobody", password=GOOD)


def test_cookie_of_one_hospital_is_worthless_in_another(in_a: TenantRef, hospital_b: TenantRef) -> None:
    make_user()
    _, cookie = log_in.log_in(HERE, username="gu.ting", password=GOOD)
    with use_hospital(hospital_b):
        make_user()
        _, other = log_in.log_in(HERE, username="gu.ting", password=GOOD)
        with pytest.raises(SignInRequired):
            sessions.recognize(cookie, "")
        sessions.recognize(other, "")


def test_idle_session_ends_and_stays_ended(in_a: TenantRef) -> None:
    make_user()
    _, cookie = log_in.log_in(HERE, username="gu.ting", password=GOOD)
    StaffSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=15, seconds=1))
    for code in ("session-idle", "session-ended"):
        with pytest.raises(SignInRequired) as refusal:
            sessions.recognize(cookie, "")
        assert refusal.value.code == code


def test_twelve_hours_end_a_session_that_is_in_use(in_a: TenantRef) -> None:
    make_user()
    _, cookie = log_in.log_in(HERE, username="gu.ting", password=GOOD)
    StaffSession.objects.update(created_at=timezone.now() - timedelta(hours=12, seconds=1))
    with pytest.raises(SignInRequired) as refusal:
        sessions.recognize(cookie, "")
    assert refusal.value.code == "session-expired"


def test_switched_off_user_loses_the_running_session_at_once(in_a: TenantRef) -> None:
    user = make_user()
    _, cookie = log_in.log_in(HERE, username="gu.ting", password=GOOD)
    users.update_user(SYSTEM, user.pk, is_active=False)
    with pytest.raises(SignInRequired):
        sessions.recognize(cookie, "")


def test_role_change_counts_at_the_next_request(in_a: TenantRef) -> None:
    user = make_user()
    _, cookie = log_in.log_in(HERE, username="gu.ting", password=GOOD)
    user.roles.set(Role.objects.filter(code="audit_admin"))
    StaffUser.objects.filter(pk=user.pk).update(totp_confirmed_at=timezone.now())
    actor, _ = sessions.recognize(cookie, "")
    assert "audit.entry.read" in actor.permissions


def test_second_factor_is_asked_for_and_each_code_works_once(in_a: TenantRef) -> None:
    secret = pyotp.random_base32()
    make_user(totp_secret=secret, totp_confirmed_at=timezone.now())
    with pytest.raises(SignInRequired) as refusal:
        log_in.log_in(HERE, username="gu.ting", password=GOOD)
    assert refusal.value.code == "totp-required"
    code = pyotp.TOTP(secret).now()
    log_in.log_in(HERE, username="gu.ting", password=GOOD, totp=code)
    with pytest.raises(SignInRequired) as refusal:
        log_in.log_in(HERE, username="gu.ting", password=GOOD, totp=code)
    assert refusal.value.code == "wrong-totp"


def test_administrator_without_second_factor_may_do_nothing_but_set_it_up(in_a: TenantRef) -> None:
    user = make_user("boss", "system_admin")
    _, cookie = log_in.log_in(HERE, username="boss", password=GOOD)
    actor, _ = sessions.recognize(cookie, "")
    assert actor.permissions == frozenset()
    passwords.start_totp(actor, user.pk)
    user.refresh_from_db()
    passwords.confirm_totp(actor, user.pk, pyotp.TOTP(user.totp_secret).now())
    actor, _ = sessions.recognize(cookie, "")
    assert "accounts.user.write" in actor.permissions


@pytest.mark.parametrize("days", [89, 91])
def test_password_older_than_ninety_days_must_be_changed_first(in_a: TenantRef, days: int) -> None:
    user = make_user()
    _, cookie = log_in.log_in(HERE, username="gu.ting", password=GOOD)
    StaffUser.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - timedelta(days=days))
    actor, _ = sessions.recognize(cookie, "")
    assert bool(actor.permissions) is (days < 90)


def test_last_five_passwords_are_refused_and_the_sixth_is_free(in_a: TenantRef) -> None:
    user = make_user()
    actor = Actor(kind="staff", id=user.pk, name=user.name)
    known = [GOOD, *(f"Linjiang-{n}-Xy" for n in range(5))]
    for old, new in pairwise(known):
        with pytest.raises(Invalid):
            passwords.change_password(actor, user.pk, old=old, new=old)
        passwords.change_password(actor, user.pk, old=old, new=new)
    passwords.change_password(actor, user.pk, old=known[-1], new=GOOD)


@pytest.mark.parametrize(
    "password", ["short-A1", "alllowercaseletters", "Gu.Ting-2026!", "顾婷-Abc-12345", "Kangqiao-2026"]
)
def test_weak_password_is_refused_with_the_reason(in_a: TenantRef, password: str) -> None:
    user = make_user()
    with pytest.raises(Invalid) as refusal:
        passwords.change_password(Actor(kind="staff", id=user.pk), user.pk, old=GOOD, new=password)
    assert refusal.value.params["errors"][0]["pointer"] == "/new"


def test_one_user_may_hold_only_one_of_the_three_administrator_roles(in_a: TenantRef) -> None:
    users.seed_roles()
    two = list(Role.objects.filter(code__in=("system_admin", "audit_admin")).values_list("pk", flat=True))
    with pytest.raises(Invalid, match="三个人"):
        users.create_user(SYSTEM, username="both", name="甲乙", roles=two, departments=[])


def test_new_user_gets_a_one_time_password_and_must_change_it(in_a: TenantRef) -> None:
    users.seed_roles()
    nurse = Role.objects.get(code="nurse")
    user, password = users.create_user(SYSTEM, username="new.nurse", name="新护士", roles=[nurse.pk], departments=[])
    _, cookie = log_in.log_in(HERE, username="new.nurse", password=password)
    actor, _ = sessions.recognize(cookie, "")
    assert actor.permissions == frozenset()
    passwords.change_password(actor, user.pk, old=password, new=GOOD)
    actor, _ = sessions.recognize(cookie, "")
    assert actor.permissions


def test_owner_who_arrives_without_a_password_sets_one_without_an_old_one(in_a: TenantRef) -> None:
    users.seed_roles()
    owner = users.create_owner(name="程立", phone="13800000001", email="chengli@example.com")
    roles = frozenset({"system_admin"})
    cookie = log_in.enter(HERE, log_in.issue_entry_token(owner))[1]
    actor, _ = sessions.recognize(cookie, "")
    assert (sessions.setup_needed(owner, roles), actor.permissions) == ("first_password", frozenset())
    passwords.change_password(actor, owner.pk, old="", new=GOOD)
    owner.refresh_from_db()
    assert sessions.setup_needed(owner, roles) == "totp"


def test_entry_token_works_once_and_for_five_minutes(in_a: TenantRef) -> None:
    user = make_user()
    token = log_in.issue_entry_token(user)
    log_in.enter(HERE, token)
    with pytest.raises(SignInRequired):
        log_in.enter(HERE, token)
    from kangqiao.accounts.models import EntryToken

    late = log_in.issue_entry_token(user)
    EntryToken.objects.filter(used_at=None).update(expires_at=timezone.now())
    with pytest.raises(DomainError):
        log_in.enter(HERE, late)


@pytest.mark.parametrize(
    "cookie", ["", ".", "x.y", "²³.secret", "１.secret", "9" * 30 + ".secret", "1", "1.", "-1.secret"]
)
def test_any_other_text_in_the_cookie_is_nobody(in_a: TenantRef, cookie: str) -> None:
    with pytest.raises(SignInRequired):
        sessions.recognize(cookie, "")
