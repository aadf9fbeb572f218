"""The check-up items' dictionary, by keyboard: find, open, change, be told what is wrong, save."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

PATH = "/dictionaries/checkup-items"


@pytest.mark.feature("I-04")
def test_an_item_is_found_by_pinyin_changed_and_saved(staff_page: Callable[..., Page], shots: Path) -> None:
    page = staff_page("checkup_admin", path=PATH)
    search = page.get_by_placeholder("名称、代码或拼音")
    expect(search).to_be_focused()
    page.keyboard.type("kfxt")
    expect(page.locator("tbody tr").first).to_contain_text("空腹血糖")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    name = page.locator('.drawer [data-field="name"] input')
    expect(name).to_have_value("空腹血糖")
    page.screenshot(path=shots / "drawer.png")

    name.fill("")
    page.keyboard.press("F8")
    expect(page.locator('.drawer [data-field="name"]').get_by_role("alert")).to_be_visible()
    expect(name).to_be_focused()
    page.screenshot(path=shots / "refused.png")

    page.keyboard.type("空腹血糖")
    formula = page.locator('.drawer [data-field="formula"]')
    formula.locator("input").fill("没有这个项目 + 1")
    page.keyboard.press("F8")
    expect(formula.get_by_role("alert")).to_be_visible()
    formula.locator("input").fill("")

    abbr = page.locator('.drawer [data-field="abbr"] input')
    for text in ("GLU*", abbr.input_value()):
        abbr.fill(text)
        page.keyboard.press("F8")
        expect(page.get_by_text("有未保存的修改")).to_be_hidden()
        page.reload()
        expect(search).to_be_focused()
        page.keyboard.type("kfxt")
        expect(page.locator("tbody tr").first).to_contain_text("空腹血糖")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(abbr).to_have_value(text)
