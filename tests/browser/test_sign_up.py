"""A hospital signs up on the public site and its administrator sees the empty desk."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.browser.conftest import Stack

PROVISIONING_SECONDS = 90
PASSWORD = "Qiao-2026-heyi"
STEPS = ("登记医院与密钥", "建立独立数据区", "建立管理员账户", "开放使用")


@dataclass(frozen=True)
class Applicant:
    """A hospital that nobody has heard of yet, with a phone and a mailbox of its own."""

    mark: str = field(default_factory=lambda: secrets.token_hex(3))
    phone: str = field(default_factory=lambda: f"138{secrets.randbelow(10**8):08}")

    @property
    def subdomain(self) -> str:
        return f"qs{self.mark}"

    @property
    def email(self) -> str:
        return f"chengli-{self.mark}@example.com"


def fill_form(page: Page, who: Applicant, read_code: Callable[[str, str], str]) -> None:
    """Everything that the form asks for, with both codes read where the sandbox keeps what was sent."""
    page.get_by_label("医院名称").fill("青石医院")
    page.get_by_label("医院网址").fill(who.subdomain)
    page.get_by_label("您的姓名").fill("程立")
    page.locator("#phone").fill(who.phone)
    page.locator("#email").fill(who.email)
    expect(page.get_by_text("可以用", exact=True)).to_be_visible()
    for channel, to in (("phone", who.phone), ("email", who.email)):
        page.locator(f"#{channel}").locator("xpath=following::button[1]").click()
        expect(page.locator(f"#{channel}").locator("xpath=following::button[1]")).to_contain_text("秒后可重发")
        page.locator(f"#{channel}_code").fill(read_code(channel, to))
    page.locator('input[name="demo_data"]').uncheck()
    page.locator('input[name="consent"]').check()


@pytest.mark.feature("P-01", "P-05", "I-12")
def test_a_hospital_signs_up_and_its_administrator_sees_the_empty_desk(
    page: Page, stack: Stack, shots: Path, read_code: Callable[[str, str], str]
) -> None:
    who = Applicant()
    page.goto(f"{stack.site}/sign-up")
    fill_form(page, who, read_code)
    page.screenshot(path=shots / "form.png", full_page=True)
    page.get_by_role("button", name="开通", exact=True).click()

    page.wait_for_url(re.compile(r"/sign-up/[0-9a-f-]{36}"))
    steps = page.get_by_role("list", name="开通步骤")
    for step in STEPS:
        expect(steps).to_contain_text(step)
    expect(page.get_by_text("可以进去了")).to_be_visible(timeout=PROVISIONING_SECONDS * 1000)
    expect(steps.locator("li:not(.done)")).to_have_count(0)
    page.screenshot(path=shots / "done.png", full_page=True)
    page.get_by_role("button", name="进入青石医院").click()

    page.wait_for_url(re.compile(rf"http://{who.subdomain}\.localhost:\d+/"))
    set_up_account(page)
    expect(page.get_by_role("heading", name="开始使用")).to_be_visible()
    page.screenshot(path=shots / "checklist.png")
    page.goto(f"{stack.hospital(who.subdomain)}/checkup/desk")
    expect(page.get_by_text("今天还没有登记")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="套餐").get_by_role("radio").first).to_contain_text("基础体检套餐")
    page.screenshot(path=shots / "desk.png")


def set_up_account(page: Page) -> None:
    """A password that the policy takes, then the authenticator that an administrator must have."""
    for password in ("qingshi", PASSWORD):
        page.get_by_label("新密码").fill(password)
        page.get_by_label("再输一次").fill(password)
        page.keyboard.press("Enter")
        if password != PASSWORD:
            expect(page.get_by_role("alert").first).to_be_visible()
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("动态口令").fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    expect(page.get_by_label("动态口令")).to_be_hidden()


@pytest.mark.feature("P-01")
def test_pressing_twice_opens_one_hospital_and_its_address_is_then_taken(
    open_context: Callable[..., BrowserContext], stack: Stack, read_code: Callable[[str, str], str]
) -> None:
    who, answers = Applicant(), list[Response]()
    page = open_context().new_page()
    page.on("response", lambda answer: answers.append(answer) if is_sign_up(answer) else None)
    page.goto(f"{stack.site}/sign-up")
    fill_form(page, who, read_code)
    page.get_by_role("button", name="开通", exact=True).dblclick()
    page.wait_for_url(re.compile(r"/sign-up/[0-9a-f-]{36}"))
    assert {answer.json()["public_id"] for answer in answers if answer.ok} == {page.url.rsplit("/", 1)[-1]}

    other = open_context().new_page()
    other.goto(f"{stack.site}/sign-up")
    other.get_by_label("医院网址").fill(who.subdomain)
    expect(other.get_by_role("alert").filter(has_text="已被使用，请换一个")).to_be_visible()
    other.get_by_role("button", name=re.compile("^换成 ")).click()
    expect(other.get_by_text("可以用", exact=True)).to_be_visible()
    expect(other.get_by_label("医院网址")).not_to_have_value(who.subdomain)


def is_sign_up(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/api/public/v1/sign-ups")
