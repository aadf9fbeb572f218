"""One examinee from the desk to the released report. After the log-in every station is worked by the keyboard alone."""

import asyncio
import base64
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect
from pypdf import PdfReader
from pypinyin import Style, lazy_pinyin

from infra.walk.client import Staff
from infra.walk.people import Examinee, new_examinee
from infra.walk.report import Log
from infra.walk.stations import ANALYZER, Stations
from tests.browser.conftest import HAND_MS, Stack

ARRIVAL_MS = 60_000
MOST_CELLS = 40
MOVE_MS = 1500
TRIES = 3
# What the hand types, by the label of the cell; readings of the blood pressure by their number.
MEASURED = {
    "身高": "173.2",
    "体重": "81.5",
    "腰围": "92",
    "臀围": "98",
    "收缩压 第 1 次": "148/92",
    "舒张压 第 1 次": "92",
    "收缩压 第 2 次": "136",
    "舒张压 第 2 次": "88",
    "收缩压 第 3 次": "140",
    "舒张压 第 3 次": "90",
}
USUAL_NUMBER = "72"


@dataclass
class Walk:
    """The one examinee of this journey; each step reads what the former ones learnt."""

    stack: Stack
    staff_page: Callable[..., Page]
    shots: Path
    person: Examinee
    checkup_no: str = ""
    checkup_id: int = 0

    def picture(self, page: Page, name: str) -> None:
        page.screenshot(path=self.shots / f"{name}.png")


def write(page: Page, text: str) -> None:
    page.keyboard.type(text, delay=HAND_MS)


def scan(page: Page, code: str) -> None:
    """As a scanner does: without a pause, Enter at the end."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def scan_until(page: Page, code: str, goal: Locator) -> None:
    """Scans with no field in focus, and again when the machine was too busy to let the keys come in one burst."""
    for _ in range(TRIES - 1):
        scan(page, code)
        try:
            goal.wait_for(timeout=ARRIVAL_MS / 10)
            return
        except TimeoutError:
            continue
    scan(page, code)
    expect(goal).to_be_visible()


FETCH = """async (path) => {
    const answer = await fetch(path)
    const bytes = new Uint8Array(await answer.arrayBuffer())
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return {status: answer.status, body: btoa(text)}
}"""


def fetch(page: Page, path: str) -> bytes:
    """What the server answers to this page's log-in; asked by the browser, which alone knows `*.localhost`."""
    answer = page.evaluate(FETCH, path)
    assert answer["status"] == 200, f"{path}: {answer['status']}"
    return base64.b64decode(answer["body"])


def read(page: Page, path: str) -> Any:
    return json.loads(fetch(page, f"/api/v1{path}"))


def press_until(page: Page, key: str, goal: str) -> None:
    for _ in range(MOST_CELLS):
        if page.locator(goal).count():
            return
        page.keyboard.press(key)
        page.wait_for_timeout(HAND_MS)
    raise AssertionError(f"{key} does not lead to {goal}")


def in_the_background(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """The browser's driver owns this thread's loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result()


@pytest.mark.feature("I-12", "I-28", "I-16", "I-31", "I-17", "I-75", "I-76", "I-19", "I-20", "P-08")
def test_one_examinee_walks_from_the_desk_to_the_released_report(
    stack: Stack, staff_page: Callable[..., Page], shots: Path
) -> None:
    walk = Walk(stack, staff_page, shots, new_examinee())
    enroll(walk)
    check_in(walk)
    barcode = draw_blood(walk)
    receive_results(walk, barcode)
    measure(walk)
    choose_findings(walk)
    finish_other_departments(walk)
    conclude(walk)
    review(walk)
    release(walk)


def enroll(walk: Walk) -> None:
    page = walk.staff_page("receptionist", path="/checkup/desk")
    expect(page.get_by_label("找受检者")).to_be_focused()
    expect(page.get_by_role("radiogroup", name="套餐").get_by_role("radio").first).to_be_visible()
    scan(page, walk.person.id_number)
    expect(page.get_by_text("校验位、性别、生日已核对")).to_be_visible()
    expect(page.locator('input[name="name"]')).to_be_focused()
    write(page, walk.person.name)
    press_until(page, "Enter", 'input[name="phone"]:focus')
    write(page, walk.person.phone)
    press_until(page, "Enter", '[role="radiogroup"][aria-label="套餐"] button:focus')
    page.keyboard.press("1")
    chosen = page.locator('[role="radio"][aria-checked="true"]', has_text="基础体检套餐")
    expect(chosen).to_be_visible()
    expect(page.locator(".due")).to_have_text("288.00")
    expect(page.get_by_role("button", name=re.compile("^保存 F8|^保存F8"))).to_be_enabled()
    walk.picture(page, "desk")
    page.keyboard.press("F8")
    note = page.locator(".saved")
    expect(note).to_contain_text(f"{walk.person.name} 已登记")
    found = re.search(r"体检号 (\d+)", note.inner_text())
    assert found
    walk.checkup_no = found[1]
    walk.checkup_id = read(page, f"/checkup/lookup?code={walk.checkup_no}")["checkup_id"]
    find_by_pinyin(walk, page)


def find_by_pinyin(walk: Walk, page: Page) -> None:
    initials = "".join(lazy_pinyin(walk.person.name, style=Style.FIRST_LETTER))
    masked = f"{walk.person.phone[:3]}****{walk.person.phone[-4:]}"
    page.keyboard.press("F2")
    write(page, initials)
    mine = page.get_by_role("option").filter(has_text=masked)
    expect(mine).to_be_visible()
    for _ in range(MOST_CELLS):
        if mine.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已有档案，不会重复建档")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("已有档案，不会重复建档")).to_be_hidden()


def check_in(walk: Walk) -> None:
    page = walk.staff_page("receptionist", path="/checkup/check-in")
    expect(page.get_by_label("扫导检单条码，或输入体检号、姓名")).to_be_focused()
    scan(page, walk.checkup_no)
    expect(page.get_by_text(re.compile(r"^已签到 \d\d:\d\d"))).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(walk.person.name)
    walk.picture(page, "check-in")
    scan(page, walk.checkup_no)
    expect(page.get_by_text(re.compile(r"^之前已签到"))).to_be_visible()


def draw_blood(walk: Walk) -> str:
    """Scans every tube; returns the barcode of the blood count."""
    page = walk.staff_page("nurse", path="/checkup/blood-draw")
    expect(page.get_by_label("扫体检号或管子条码")).to_be_focused()
    scan(page, walk.checkup_no)
    expect(page.get_by_role("main")).to_contain_text(walk.person.name)
    tubes = read(page, f"/checkup/blood-draws/{walk.checkup_no}")["tubes"]
    assert tubes
    for tube in tubes:
        scan(page, tube["barcode"])
        expect(page.locator(".note.ok")).to_contain_text(tube["barcode"])
    expect(page.get_by_text(f"{walk.person.name} 的管子都采好了，可以扫下一位")).to_be_visible()
    walk.picture(page, "blood-draw")
    scan(page, tubes[0]["barcode"])
    expect(page.get_by_role("alert")).to_contain_text("这一管已经采过")
    return next(tube["barcode"] for tube in tubes if any("血常规" in name for name in tube["panels"]))


def receive_results(walk: Walk, barcode: str) -> None:
    """The analyzer speaks to the agent while the laboratory's page is open: the values come without a reload."""
    page = walk.staff_page("lab")
    open_station(walk, page, "lab")
    cell = page.get_by_label("白细胞计数", exact=True)
    expect(cell).to_have_value("")
    page.evaluate("window.stillTheSamePage = true")
    command = [sys.executable, ANALYZER, "--tcp-client", f"127.0.0.1:{walk.stack.analyzer_port}"]
    done = subprocess.run([*command, "--barcode", barcode, "--sex", "M"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    expect(cell).to_have_value(re.compile(r"^\d+\.?\d*$"), timeout=ARRIVAL_MS)
    expect(page.get_by_text(re.compile("刚送到 .* 项")).first).to_be_visible()
    assert page.evaluate("window.stillTheSamePage === true")
    walk.picture(page, "results-arrived")


def open_station(walk: Walk, page: Page, kind: str, name: str = "") -> None:
    """Chooses the station by its digit and takes the examinee in by scan."""
    stations = read(page, "/checkup/stations")["items"]
    station = next(row for row in stations if row["kind"] == kind and name in row["name"])
    page.goto(f"{walk.stack.hospital()}/checkup/stations?choose=1")
    card = page.locator(".cards button", has_text=station["name"]).first
    expect(card).to_be_visible()
    page.keyboard.press(card.locator(".kbd").first.inner_text())
    page.wait_for_url(f"**/checkup/stations/{station['id']}**")
    expect(page.locator(".queue li").first).to_be_visible()
    scan_until(page, walk.checkup_no, page.locator(".person", has_text=walk.person.name))
    expect(page.locator("[data-at]").first).to_be_visible()


def focused_cell(page: Page) -> tuple[str, str, str]:
    """The place, label and kind of the cell that has the focus; empty when none has."""
    found: list[str] = page.evaluate(
        """() => {
            const at = document.activeElement
            return at?.dataset?.at ? [at.dataset.at, at.getAttribute('aria-label') ?? '', at.inputMode ?? ''] : ['', '', '']
        }"""
    )
    return found[0], found[1], found[2]


def fill_cells(page: Page) -> list[str]:
    """Works through the sheet: numbers are typed, findings chosen by their digit, Enter goes on. Returns the labels."""
    expect(page.locator("[data-at]:focus")).to_be_visible()
    labels: list[str] = []
    last = ""
    for _ in range(MOST_CELLS):
        place, label, kind = focused_cell(page)
        if not place or place == last:
            break
        last = place
        labels.append(label)
        if kind == "decimal":
            write(page, MEASURED.get(label, USUAL_NUMBER))
        else:
            page.keyboard.press("1")
            expect(page.locator(f'[data-at="{place}"]')).not_to_have_value("")
        page.keyboard.press("Enter")
        wait_for_move(page, place)
    return labels


def wait_for_move(page: Page, place: str) -> None:
    """Until the focus has left this cell; a reading waits a moment for the server's judgement before it goes on."""
    with suppress(TimeoutError):
        page.wait_for_function("(place) => document.activeElement?.dataset?.at !== place", arg=place, timeout=MOVE_MS)


def measure(walk: Walk) -> None:
    page = walk.staff_page("doctor")
    open_station(walk, page, "general")
    labels = fill_cells(page)
    assert {"身高", "体重", "收缩压 第 1 次", "收缩压 第 3 次"} <= set(labels), labels
    bmi = page.locator("tr", has_text="体重指数")
    expect(bmi).to_contain_text("27.2")
    expect(bmi).to_contain_text("超重")
    expect(page.locator("tr", has_text="收缩压 均值")).to_contain_text("141")
    expect(page.locator("tr", has_text="舒张压 均值")).to_contain_text("90")
    expect(page.get_by_text(re.compile("1 级")).first).to_be_visible()
    walk.picture(page, "station")
    page.keyboard.press("F8")
    expect(page.get_by_text("已保存", exact=True)).to_be_visible()
    expect(page.locator(".summary")).to_contain_text("体重指数 27.2")
    complete(walk, page)


def choose_findings(walk: Walk) -> None:
    page = walk.staff_page("doctor")
    open_station(walk, page, "physical", "内科")
    labels = fill_cells(page)
    assert len(labels) >= 3
    walk.picture(page, "findings")
    complete(walk, page)


def complete(walk: Walk, page: Page) -> None:
    page.keyboard.press("F9")
    expect(page.get_by_text(f"{walk.person.name} 本科已完成")).to_be_visible()


def finish_other_departments(walk: Walk) -> None:
    """What this journey does not look at is entered over HTTP, as the tour does, in the sessions of the pages."""
    cookies = {role: session_cookie(walk.staff_page(role)) for role in ("doctor", "lab")}

    async def work() -> None:
        staff = {role: Staff("demo", walk.stack.port, walk.stack.port + 1) for role in cookies}
        for role, cookie in cookies.items():
            staff[role].cookie = cookie
        detail = await staff["doctor"].get(f"/checkup/checkups/{walk.checkup_id}")
        stations = Stations(staff["doctor"], staff["lab"], detail, walk.stack.analyzer_port, Log())
        await stations.examine()
        await stations.finish_laboratory()
        for one in staff.values():
            await one.close()

    in_the_background(work)


def session_cookie(page: Page) -> str:
    return next(f"{one['name']}={one['value']}" for one in page.context.cookies() if one["name"].endswith("kq_session"))


def conclude(walk: Walk) -> None:
    page = walk.staff_page("conclusion", path="/checkup/conclusions")
    expect(page.get_by_placeholder("体检号、姓名或拼音")).to_be_focused()
    scan(page, walk.checkup_no)
    page.wait_for_url(f"**/checkup/conclusions/{walk.checkup_id}**")
    lines = page.locator(".clist .cc")
    expect(lines.filter(has_text="超重")).to_be_visible()
    expect(lines.filter(has_text="血压")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("建议内容")).to_be_focused()
    write(page, "（两周内复查）")
    page.keyboard.press("Escape")
    page.keyboard.press("F8")
    expect(page.get_by_text("已保存", exact=True)).to_be_visible()
    if page.get_by_role("button", name=re.compile("登记通知")).count():
        page.keyboard.press("F6")
        expect(page.locator("input[name=told]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("已登记告知")).to_be_visible()
    walk.picture(page, "conclusion")
    page.keyboard.press("F9")
    expect(page.get_by_text(f"{walk.person.name} 已总检签名")).to_be_visible()


def review(walk: Walk) -> None:
    page = walk.staff_page("reviewer", path="/checkup/reviews")
    expect(page.get_by_placeholder("体检号、姓名或拼音")).to_be_focused()
    scan(page, walk.checkup_no)
    page.wait_for_url(f"**/checkup/reviews/{walk.checkup_id}")
    expect(page.locator(".clist")).to_contain_text("超重")
    walk.picture(page, "review")
    page.keyboard.press("F9")
    expect(page.get_by_text(f"{walk.person.name} 审核通过")).to_be_visible()


def release(walk: Walk) -> None:
    page = walk.staff_page("reviewer", path="/checkup/reports")
    expect(page.get_by_placeholder("姓名、拼音或体检号")).to_be_visible()
    scan_until(page, walk.checkup_no, page.get_by_text("按 F8 生成第一版"))
    page.keyboard.press("F8")
    expect(page.get_by_text("报告已生成")).to_be_visible(timeout=ARRIVAL_MS)
    walk.picture(page, "report")
    content = fetch(page, newest(walk, page)["pdf_url"])
    assert content.startswith(b"%PDF")
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages)
    for word in (walk.person.name, walk.checkup_no, "27.2", "两周内复查"):
        assert word in text, word

    page.keyboard.press("F9")
    expect(page.get_by_role("dialog")).to_contain_text(walk.person.name)
    press_until(page, "Tab", ".el-message-box .el-button--primary:focus")
    page.keyboard.press("Enter")
    expect(page.get_by_text("报告已发布")).to_be_visible()
    assert newest(walk, page)["status"] == "released"
    page.keyboard.press("F4")
    steps = page.locator(".drawer .steps li")
    expect(steps.first).to_be_visible()
    expect(page.locator(".drawer .steps li:not(.done)")).to_have_count(0)
    walk.picture(page, "progress")


def newest(walk: Walk, page: Page) -> dict[str, Any]:
    versions = read(page, f"/checkup/reports/{walk.checkup_id}")["versions"]
    return max(versions, key=lambda row: row["version"])
