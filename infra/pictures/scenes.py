"""What is shown: one function a picture. Nothing is saved; a station that is opened takes its examinee in, and keeps a draft."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.pictures.camera import Camera

TYPING_MS = 60
MEASURED = ("163.6", "66.5", "86", "96", "148", "92", "136", "88", "140", "90", "72")


def public_site(camera: Camera) -> None:
    camera.take(camera.public("/"), "public-site")


def home(camera: Camera) -> None:
    camera.take(camera.staff("checkup_admin", "/"), "home")


def desk(camera: Camera) -> None:
    page = camera.staff("receptionist", "/checkup/desk")
    page.keyboard.type("zh", delay=TYPING_MS)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("已有档案，不会重复建档").wait_for()
    page.locator(".pk.off").first.wait_for()
    page.locator(".pk:not(.off)").nth(1).click()
    page.get_by_text("应收").locator("xpath=following::b[1]").filter(has_text=".").wait_for()
    camera.take(page, "desk")


def board(camera: Camera) -> None:
    camera.take(camera.staff("receptionist", "/checkup/board"), "board")


def station(camera: Camera) -> None:
    page = camera.staff("doctor", "/checkup/stations?choose=1")
    page.locator(".cards button", has_text="一般检查").first.click()
    page.locator(".queue button").first.click()
    page.locator("[data-at]:focus").wait_for()
    for value in MEASURED:
        page.keyboard.type(value, delay=TYPING_MS)
        page.keyboard.press("Enter")
        page.wait_for_timeout(5 * TYPING_MS)
    camera.take(page, "station")


def conclusion(camera: Camera) -> None:
    page = camera.staff("conclusion", "/checkup/conclusions")
    page.locator("tbody tr").first.wait_for()
    page.keyboard.press("F10")
    page.locator(".clist .cc").first.wait_for()
    camera.take(page, "conclusion")
    page.get_by_role("button", name="交还").click()


def dictionary(camera: Camera) -> None:
    page = camera.staff("checkup_admin", "/dictionaries/checkup-items")
    page.get_by_placeholder("名称、代码或拼音").fill("xhd")
    page.locator("tbody tr", has_text="血红蛋白").first.click()
    page.locator(".drawer .form").wait_for()
    camera.take(page, "dictionary")


def report(camera: Camera) -> None:
    """Page 1 of the report that the tour has left, as paper."""
    paper = Path(camera.state) / "tour" / "report.pdf"
    printer = shutil.which("pdftoppm")
    if not paper.exists() or not printer:
        print("no picture of the report: it needs pdftoppm (poppler-utils) and a walk of infra/tour")
        return
    with TemporaryDirectory() as folder:
        target = Path(folder) / "page"
        subprocess.run([printer, "-png", "-singlefile", "-r", "96", str(paper), str(target)], check=True)
        camera.keep(target.with_suffix(".png").read_bytes(), "report")


SCENES = {
    "public-site": public_site,
    "home": home,
    "desk": desk,
    "board": board,
    "station": station,
    "conclusion": conclusion,
    "dictionary": dictionary,
    "report": report,
}
