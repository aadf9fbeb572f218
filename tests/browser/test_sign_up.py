"""A hospital signs up on the public site and its administrator sees the empty desk."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stack

PROVISIONING_SECONDS = 90
PASSWORD = "Qiao-2026-heyi"


def fill_form(page: Page, subdomain: str, phone: str, email: str) -> None:
    page.get_by_label("医院名称").fill("青石医院")
    page.get_by_label("医院网址").fill(subdomain)
    page.get_by_label("您的姓名").fill("程立")
    page.locator("#phone").fill(phone)
    page.locator("#email").fill(email)


def prove(page: Page, channel: str, to: str, read_code: Callable[[str, str], str]) -> None:
    """Ask for a code, read it where the sandbox keeps what was sent, type it in."""
    page.locator(f"#{channel}").locator("xpath=following::button[1]").click()
    expect(page.get_by_text(re.compile("秒后可重发")).first).to_be_visible()
    page.locator(f"#{channel}_code").fill(read_code(channel, to))


@pytest.mark.feature("P-01", "P-05")
def test_a_hospital_signs_up_and_its_administrator_sees_the_empty_desk(
    page: Page, stack: Stack, shots: Path, read_code: Callable[[str, str], str]
) -> None:
    mark = secrets.token_hex(3)
    phone, email = f"138{secrets.randbelow(10**8):08}", f"chengli-{mark}@example.com"
    page.goto(f"{stack.site}/sign-up")
    fill_form(page, f"qs{mark}", phone, email)
    expect(page.get_by_text("可以用")).to_be_visible()
    prove(page, "phone", phone, read_code)
    prove(page, "email", email, read_code)
    page.locator('input[name="consent"]').check()
    page.screenshot(path=shots / "form.png", full_page=True)
    page.get_by_role("button", name="开通", exact=True).click()

    page.wait_for_url(re.compile(r"/sign-up/[0-9a-f-]{36}"))
    page.screenshot(path=shots / "provisioning.png", full_page=True)
    expect(page.get_by_text("可以进去了")).to_be_visible(timeout=PROVISIONING_SECONDS * 1000)
    page.screenshot(path=shots / "done.png", full_page=True)
    page.get_by_role("button", name="进入青石医院").click()

    page.wait_for_url(re.compile(rf"http://qs{mark}\.localhost:\d+/"))
    set_up_account(page)
    page.goto(f"{stack.hospital(f'qs{mark}')}/checkup/desk")
    expect(page.get_by_role("heading").first).to_be_visible()
    page.screenshot(path=shots / "desk.png")


def set_up_account(page: Page) -> None:
    """First password, then the authenticator that an administrator must have."""
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再输一次").fill(PASSWORD)
    page.keyboard.press("Enter")
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("动态口令").fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    expect(page.get_by_label("动态口令")).to_be_hidden()
