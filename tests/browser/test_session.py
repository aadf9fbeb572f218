"""What a log-in opens and what it keeps shut: menus by role, hospitals of a group, an ended session, the keys."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import HAND_MS, Stack


@pytest.mark.feature("P-05")
def test_a_receptionist_sees_only_what_their_role_opens(staff_page: Callable[..., Page], stack: Stack) -> None:
    page = staff_page("receptionist")
    menu = page.get_by_role("navigation", name="主导航")
    expect(menu.get_by_role("link", name="登记", exact=True)).to_be_visible()
    for hidden in ("总检", "审核", "用户", "选项", "审计"):
        expect(menu.get_by_role("link", name=hidden, exact=True)).to_have_count(0)
    page.goto(f"{stack.hospital()}/options")
    expect(page.get_by_text("您没有“选项”的权限")).to_be_visible()


@pytest.mark.feature("P-05")
def test_an_ended_session_asks_again_over_the_page_and_keeps_what_was_typed(
    staff_page: Callable[..., Page], stack: Stack, shots: Path
) -> None:
    page = staff_page("checkup_admin", path="/dictionaries/checkup-items", fresh=True)
    page.locator("tbody tr").first.click()
    note = page.locator('.drawer [data-field="abbr"] input')
    before = note.input_value()
    note.fill("写到一半")

    beside = page.context.new_page()
    beside.goto(stack.hospital())
    beside.get_by_role("button", name="我的").click()
    beside.get_by_role("menuitem", name="退出登录").click()
    beside.wait_for_url("**/log-in")
    beside.close()

    page.keyboard.press("F8")
    dialog = page.get_by_role("dialog", name="请重新登录")
    expect(dialog.get_by_label("用户名")).to_have_value(stack.login("checkup_admin")["username"])
    expect(dialog.get_by_label("密码")).to_be_focused()
    page.screenshot(path=shots / "dialog.png")
    page.keyboard.type(stack.login("checkup_admin")["password"], delay=HAND_MS)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("已保存", exact=False).first).to_be_visible()
    expect(note).to_have_value("写到一半")
    note.fill(before)
    page.keyboard.press("F8")
    expect(page.get_by_text("有未保存的修改")).to_be_hidden()


@pytest.mark.feature("P-02")
def test_group_staff_change_the_hospital_and_nobody_else_is_offered_to(
    staff_page: Callable[..., Page], stack: Stack
) -> None:
    page = staff_page("checkup_admin")
    page.get_by_role("button", name="换医院").click()
    page.get_by_role("menuitem").filter(has_not_text="当前").first.click()
    page.wait_for_url(f"{stack.hospital('riverside')}/**")
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
    expect(page.get_by_role("button", name="换医院")).to_be_visible()

    own = staff_page("receptionist")
    expect(own.get_by_role("navigation", name="主导航")).to_be_visible()
    expect(own.get_by_role("button", name="换医院")).to_have_count(0)


@pytest.mark.feature("I-12")
def test_the_question_mark_shows_what_every_key_does(staff_page: Callable[..., Page], shots: Path) -> None:
    page = staff_page("receptionist", path="/checkup/desk")
    expect(page.get_by_label("找受检者")).to_be_focused()
    page.keyboard.press("F3")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="键盘")
    for action in ("找人", "套餐", "加项", "保存并打印导检单"):
        expect(keys.locator(".line", has_text=action).first).to_be_visible()
    page.screenshot(path=shots / "keys.png")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
