"""A browser at the design size, logged in as one role, that leaves small PNG files."""

import io
import json
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

SIZE = {"width": 1440, "height": 900}
MOST_BYTES = 300_000
COLOURS = (256, 128, 64)
SETTLE_MS = 1200


class Camera:
    """Opens pages of the stack that runs in `state` and writes what they look like to `folder`."""

    def __init__(self, browser: Browser, state: Path, port: int, folder: Path) -> None:
        self.browser, self.state, self.port, self.folder = browser, state, port, folder
        demo = json.loads((state / "demo.json").read_text(encoding="utf-8"))
        self.logins = {row["role"]: row for row in demo["logins"] if row["hospital"] == "demo"}
        self.open_pages: dict[str, Page] = {}

    def public(self, path: str) -> Page:
        return self._visit(self._new(), f"http://localhost:{self.port}{path}")

    def staff(self, role: str, path: str) -> Page:
        """A page of the demo hospital; each role logs in once."""
        home = f"http://demo.localhost:{self.port}"
        if role not in self.open_pages:
            page = self.open_pages[role] = self._new()
            page.goto(f"{home}/log-in")
            page.locator('input[autocomplete="username"]').fill(self.logins[role]["username"])
            page.locator('input[autocomplete="current-password"]').fill(self.logins[role]["password"])
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/log-in" not in url)
        return self._visit(self.open_pages[role], home + path)

    def take(self, page: Page, name: str) -> None:
        page.wait_for_timeout(SETTLE_MS)
        self.keep(page.screenshot(), name)

    def keep(self, png: bytes, name: str) -> None:
        """Write with few colours, so few that the file stays below the limit."""
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        for colours in COLOURS:
            out = io.BytesIO()
            picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            if out.tell() <= MOST_BYTES:
                break
        (self.folder / f"{name}.png").write_bytes(out.getvalue())
        print(f"{self.folder.name}/{name}.png  {out.tell() // 1024} kB")

    def _new(self) -> Page:
        context = self.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SIZE)  # type: ignore[arg-type]
        return context.new_page()

    @staticmethod
    def _visit(page: Page, address: str) -> Page:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return page


def chromium() -> str:
    return os.environ["KANGQIAO_CHROMIUM"]
