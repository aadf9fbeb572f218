"""Sign-up: one hospital and no debris, whatever is submitted twice, raced for or killed."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from kangqiao.core.tenancy import TenantRef, hospital_by_host, hospital_by_id, use_owner, use_public
from tenants.errors import DomainError
from tenants.registry.models import DataKey, Hospital, HospitalGroup, Licence
from tenants.signup.enums import SignUpStatus
from tenants.signup.models import SignUp, VerificationCode
from tenants.signup.selectors import sign_up_progress, subdomain_answer
from tenants.signup.services import (
    SignUpRequest,
    StepContext,
    codes,
    register_sender,
    request_code,
    resume_stale,
    run_sign_up,
    running,
    start_sign_up,
    steps,
)

pytestmark = pytest.mark.feature("P-02")

WISH = SignUpRequest(
    group_name="新集团",
    hospital_name="丙医院",
    subdomain="gamma",
    contact_name="王敏",
    phone="13800138000",
    email="wang@example.cn",
    plan="trial",
    consent_version="2026-11",
)


@pytest.fixture(autouse=True)
def _only_own_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps and senders of the apps above are theirs to test."""
    monkeypatch.setattr(steps, "_registered", {})
    monkeypatch.setattr(codes, "_senders", {})


@pytest.fixture
def inbox() -> dict[str, str]:
    """Target -> the code that was sent last."""
    sent: dict[str, str] = {}
    for channel in ("phone", "email"):
        register_sender(channel, sent.__setitem__)
    return sent


def ask_codes(inbox: dict[str, str], wish: SignUpRequest = WISH, ip: str = "10.0.0.1") -> dict[str, str]:
    request_code(channel="phone", target=wish.phone, ip=ip)
    request_code(channel="email", target=wish.email, ip=ip)
    return {"phone_code": inbox[wish.phone], "email_code": inbox[wish.email]}


def begin(inbox: dict[str, str], wish: SignUpRequest = WISH, key: str = "key-1") -> UUID:
    return start_sign_up(wish, idempotency_key=key, **ask_codes(inbox, wish))


def let_lease_run_out() -> None:
    with use_public():
        SignUp.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def debris() -> dict[str, int]:
    with use_owner("public"), connection.cursor() as cursor:
        cursor.execute(r"select count(*) from pg_namespace where nspname ~ '^h_'")
        count = cursor.fetchone()[0]
    with use_public():
        return {
            "schemas": count,
            "hospitals": Hospital.objects.count(),
            "keys": DataKey.objects.count(),
            "licences": Licence.objects.count(),
            "groups": HospitalGroup.objects.count(),
        }


ONE_MORE = {"schemas": 1, "hospitals": 1, "keys": 2, "licences": 1, "groups": 1}


def growth(before: dict[str, int]) -> dict[str, int]:
    return {name: value - before[name] for name, value in debris().items()}


# The plain path --------------------------------------------------------------------------------------------------------


def test_sign_up_ends_with_an_open_hospital_and_all_steps_done(db: None, inbox: dict[str, str]) -> None:
    before = debris()
    seen: list[StepContext] = []

    def make_owner(context: StepContext) -> str:
        seen.append(context)
        return "用户名 admin"

    steps.register_step("owner", "建立管理员账户", make_owner)
    public_id = begin(inbox)
    assert [step.state for step in sign_up_progress(public_id).steps] == ["pending"] * 4
    assert run_sign_up(public_id)
    progress = sign_up_progress(public_id)
    assert progress.status == SignUpStatus.DONE
    assert [(step.name, step.state) for step in progress.steps] == [
        ("reserve", "done"),
        ("schema", "done"),
        ("owner", "done"),
        ("open", "done"),
    ]
    ref = hospital_by_host(f"gamma.{settings.BASE_DOMAIN}")
    assert ref is not None
    assert (seen[0].hospital_id, seen[0].contact_name) == (ref.hospital_id, "王敏")
    assert growth(before) == ONE_MORE
    assert not run_sign_up(public_id)
    assert growth(before) == ONE_MORE


def test_group_of_a_stranger_is_not_joined_by_its_name(db: None, inbox: dict[str, str], hospital_a: TenantRef) -> None:
    """Group staff may switch between member hospitals, so a known name must not be a way in."""
    public_id = begin(inbox, replace(WISH, group_name="测试集团"))
    run_sign_up(public_id)
    hospital_id = sign_up_progress(public_id).hospital_id
    assert hospital_id is not None
    assert hospital_by_id(hospital_id).group_id != hospital_a.group_id


# Twice, together, by two people ------------------------------------------------------------------------------------------


def test_double_submit_is_one_sign_up(db: None, inbox: dict[str, str]) -> None:
    given = ask_codes(inbox)
    first = start_sign_up(WISH, idempotency_key="key-1", **given)
    assert start_sign_up(WISH, idempotency_key="key-1", **given) == first
    with pytest.raises(DomainError) as refusal:
        start_sign_up(replace(WISH, hospital_name="别的医院"), idempotency_key="key-1", **given)
    assert refusal.value.code == "idempotency-key-reused"


def test_codes_serve_once(db: None, inbox: dict[str, str]) -> None:
    given = ask_codes(inbox)
    start_sign_up(WISH, idempotency_key="key-1", **given)
    with pytest.raises(DomainError) as refusal:
        start_sign_up(replace(WISH, subdomain="delta"), idempotency_key="key-2", **given)
    assert refusal.value.code == "code-expired"


@pytest.mark.parametrize("state", ["live", "done"])
def test_second_person_who_wants_the_subdomain_gets_a_clear_refusal(
    db: None, inbox: dict[str, str], state: str
) -> None:
    public_id = begin(inbox)
    if state == "done":
        run_sign_up(public_id)
    assert not subdomain_answer("gamma").available
    rival = replace(WISH, phone="13900139000", email="li@example.cn")
    with pytest.raises(DomainError) as refusal:
        begin(inbox, rival, key="key-2")
    assert (refusal.value.code, refusal.value.status) == ("subdomain-taken", 409)
    assert "gamma" in refusal.value.title


@pytest.mark.django_db(transaction=True)
def test_rivals_at_the_same_moment_end_with_one_hospital(inbox: dict[str, str], hospital_a: TenantRef) -> None:
    """Breaks without the partial unique index: both would pass the look for an existing hospital."""
    before = debris()
    wishes = [replace(WISH, phone=f"1380013800{n}", email=f"p{n}@example.cn") for n in range(4)]
    given = [ask_codes(inbox, wish) for wish in wishes]
    ready = threading.Barrier(len(wishes), timeout=10)

    def submit(number: int) -> str:
        try:
            ready.wait()
            public_id = start_sign_up(wishes[number], idempotency_key=f"key-{number}", **given[number])
            run_sign_up(public_id)
            return "done"
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(wishes)) as pool:
        outcome = sorted(pool.map(submit, range(len(wishes))))
    assert outcome == ["done", "subdomain-taken", "subdomain-taken", "subdomain-taken"]
    assert growth(before) == ONE_MORE


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_sign_up_make_one_hospital(inbox: dict[str, str], hospital_a: TenantRef) -> None:
    before = debris()
    public_id = begin(inbox)
    ready = threading.Barrier(3, timeout=10)

    def work(_number: int) -> bool:
        try:
            ready.wait()
            return run_sign_up(public_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(work, range(3))) == [False, False, True]
    assert growth(before) == ONE_MORE


# Killed ------------------------------------------------------------------------------------------------------------------


def run_and_be_killed(public_id: UUID, statement: int) -> bool:
    """Run in a child process that is killed by SIGKILL before its n-th SQL statement; False if it got through."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        left = statement

        def count_down(execute: Any, *rest: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*rest)

        with connection.execute_wrapper(count_down):
            run_sign_up(public_id)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_statement_it_is_resumed_to_one_hospital(
    inbox: dict[str, str], hospital_a: TenantRef, seed: int
) -> None:
    """Killed again and again, each time a little later; every resume starts where the last one stopped."""
    before = debris()
    steps.register_step("owner", "建立管理员账户", lambda context: hospital_by_id(context.hospital_id or 0).name)
    public_id = begin(inbox)
    kills = 0
    for statement in range(seed + 2, 200, 5):
        if not run_and_be_killed(public_id, statement):
            break
        kills += 1
        assert growth(before)["hospitals"] <= 1
        let_lease_run_out()
    assert kills >= 3
    let_lease_run_out()
    resume_stale()
    assert sign_up_progress(public_id).status == SignUpStatus.DONE
    assert growth(before) == ONE_MORE


def test_lease_keeps_a_second_worker_away_until_it_runs_out(db: None, inbox: dict[str, str]) -> None:
    public_id = begin(inbox)
    with use_public():
        SignUp.objects.update(status=SignUpStatus.RUNNING, lease_until=timezone.now() + running.LEASE)
    assert not run_sign_up(public_id)
    assert resume_stale() == []
    let_lease_run_out()
    assert resume_stale() == [public_id]


def test_worker_that_lost_its_lease_stops(db: None, inbox: dict[str, str]) -> None:
    public_id = begin(inbox)

    def slow(context: StepContext) -> None:
        with use_public():
            SignUp.objects.update(lease_token="00000000-0000-4000-8000-000000000000")
        context.keep_lease()

    steps.register_step("slow", "慢", slow)
    assert not run_sign_up(public_id)
    assert sign_up_progress(public_id).status == SignUpStatus.RUNNING


def test_failing_step_is_tried_again_later_and_in_the_end_everything_is_given_back(
    db: None, inbox: dict[str, str]
) -> None:
    before = debris()

    def broken(_context: StepContext) -> None:
        raise OSError("the disk is full")

    steps.register_step("broken", "坏", broken)
    public_id = begin(inbox)
    for attempt in range(1, running.MOST_ATTEMPTS + 1):
        assert not run_sign_up(public_id)
        progress = sign_up_progress(public_id)
        assert progress.status == ("failed" if attempt == running.MOST_ATTEMPTS else "pending")
        step = next(step for step in progress.steps if step.name == "broken")
        assert (step.state, step.detail) == ("failed", "这一步没有成功，系统会自动重试")
        let_lease_run_out()
    assert growth(before) == dict.fromkeys(before, 0)
    assert subdomain_answer("gamma").available
    steps.unregister_step("broken")
    with use_public():
        VerificationCode.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert run_sign_up(begin(inbox, key="key-2"))


# Codes -------------------------------------------------------------------------------------------------------------------


def age_codes(by: timedelta) -> None:
    with use_public():
        for row in VerificationCode.objects.all():
            row.created_at -= by
            row.expires_at -= by
            row.save()


def test_codes_are_limited_per_target_and_per_address(db: None, inbox: dict[str, str]) -> None:
    for _ in range(codes.PER_TARGET_AND_HOUR):
        request_code(channel="phone", target=WISH.phone, ip="10.0.0.1")
        with pytest.raises(DomainError) as refusal:
            request_code(channel="phone", target=WISH.phone, ip="10.0.0.2")
        assert refusal.value.status == 429
        assert 0 < refusal.value.params["retry_after"] <= 61
        age_codes(timedelta(seconds=61))
    with pytest.raises(DomainError) as refusal:
        request_code(channel="phone", target=WISH.phone, ip="10.0.0.3")
    assert refusal.value.params["retry_after"] > 3000
    age_codes(timedelta(hours=1))
    for number in range(codes.PER_IP_AND_HOUR):
        request_code(channel="phone", target=f"138001390{number:02d}", ip="10.0.0.9")
    with pytest.raises(DomainError) as refusal:
        request_code(channel="phone", target="13700137000", ip="10.0.0.9")
    assert refusal.value.status == 429


@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_once_send_one_code(hospital_a: TenantRef) -> None:
    """Breaks without the advisory lock: all ten would find that none was sent yet."""
    sent: list[str] = []
    register_sender("phone", lambda _target, code: sent.append(code))

    def ask(_number: int) -> None:
        try:
            request_code(channel="phone", target=WISH.phone, ip="10.0.0.1")
        except DomainError:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(ask, range(10)))
    assert len(sent) == 1


def test_five_wrong_tries_block_the_code(db: None, inbox: dict[str, str]) -> None:
    given = ask_codes(inbox)
    wrong = "000000" if given["phone_code"] != "000000" else "111111"
    for _ in range(codes.WRONG_TRIES):
        with pytest.raises(DomainError) as refusal:
            start_sign_up(WISH, idempotency_key="k", phone_code=wrong, email_code=given["email_code"])
        assert (refusal.value.code, refusal.value.params["pointer"]) == ("code-wrong", "/phone_code")
    with pytest.raises(DomainError) as refusal:
        start_sign_up(WISH, idempotency_key="k", **given)
    assert refusal.value.code == "code-blocked"


def test_code_expires(db: None, inbox: dict[str, str]) -> None:
    given = ask_codes(inbox)
    age_codes(codes.VALID_FOR + timedelta(seconds=1))
    with pytest.raises(DomainError) as refusal:
        start_sign_up(WISH, idempotency_key="k", **given)
    assert refusal.value.code == "code-expired"


def test_neither_code_nor_target_is_stored_in_clear(db: None, inbox: dict[str, str]) -> None:
    given = ask_codes(inbox)
    with use_public():
        stored = " ".join(str(row) for row in VerificationCode.objects.values_list())
    assert not any(secret in stored for secret in (*given.values(), WISH.phone, WISH.email, "10.0.0.1"))


def test_code_that_could_not_be_sent_is_said_so(db: None) -> None:
    def down(_target: str, _code: str) -> None:
        raise ConnectionError

    register_sender("phone", down)
    with pytest.raises(DomainError) as refusal:
        request_code(channel="phone", target=WISH.phone, ip="10.0.0.1")
    assert (refusal.value.code, refusal.value.status) == ("code-not-sent", 502)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"hospital_name": " "}, "validation"),
        ({"plan": "gold"}, "plan-unknown"),
        ({"consent_version": ""}, "consent-missing"),
        ({"subdomain": "www"}, "subdomain-reserved"),
        ({"phone": "12345"}, "phone-invalid"),
        ({"email": "nobody"}, "email-invalid"),
    ],
)
def test_form_is_checked(db: None, inbox: dict[str, str], change: dict[str, str], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        start_sign_up(replace(WISH, **change), idempotency_key="k", phone_code="1", email_code="1")
    assert (refusal.value.code, refusal.value.status) == (code, 422)


def test_phone_is_normalized(db: None) -> None:
    assert codes.normalize_target("phone", "+86 138 0013 8000") == "13800138000"
