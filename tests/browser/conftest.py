"""A real browser against a whole running stack. `infra/test` starts the stack; by hand: `KANGQIAO_STACK=.local`."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pyotp
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    StorageState,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HAND_MS = 50
"""Between two keys of a hand; what comes faster is a scanner (kit-staff, keys/scan.ts)."""
DESIGN_SIZE = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Stack:
    """The running stack: its addresses and the demo log-ins."""

    state: Path
    port: int
    logins: list[dict[str, str]]

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://localhost:{self.port + 2}"

    @property
    def analyzer_port(self) -> int:
        return self.port + 7

    def hospital(self, subdomain: str = "demo") -> str:
        return f"http://{subdomain}.localhost:{self.port}"

    def login(self, role: str, subdomain: str = "demo") -> dict[str, str]:
        return next(row for row in self.logins if row["role"] == role and row["hospital"] == subdomain)


@pytest.fixture(scope="session")
def stack() -> Stack:
    state = Path(os.environ.get("KANGQIAO_STACK", ROOT / ".local")).resolve()
    if not (state / "demo.json").exists():
        pytest.fail("no running stack: use infra/test, or infra/up --detach and KANGQIAO_STACK=.local", pytrace=False)
    settings = dict(line.split("=", 1) for line in (state / "env").read_text(encoding="utf-8").splitlines())
    demo = json.loads((state / "demo.json").read_text(encoding="utf-8"))
    return Stack(state, int(settings["KANGQIAO_PORT"].strip("'")), demo["logins"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("KANGQIAO_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def shots(stack: Stack, request: pytest.FixtureRequest) -> Path:
    """Where a journey leaves its pictures."""
    folder = stack.state / "browser" / request.node.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def read_code(stack: Stack) -> Callable[[str, str], str]:
    """`read_code("phone", "138...")`: the newest code that the sandbox received for this address."""

    def read(channel: str, to: str) -> str:
        query = urlencode({"to": to, "channel": {"phone": "sms", "email": "email"}[channel], "wait": 15})
        with urlopen(f"{stack.sandbox}/sandbox/messages?{query}", timeout=30) as answer:
            items = json.load(answer)["items"]
        assert items, f"the sandbox received nothing for {to}"
        return str(items[0]["codes"][0])

    return read


class Watch:
    """Notes what a user would not see but a developer must: script errors, console errors, answers of 500 and above."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def on(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("console", self.hear)
        page.on("response", self.see)

    def hear(self, message: ConsoleMessage) -> None:
        # The browser logs every 4xx as an error; those are part of the product's talk and checked by the journeys.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def see(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"HTTP {response.status}: {response.request.method} {response.url}")


@pytest.fixture
def open_context(
    browser: Browser, shots: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser of its own for each person of a journey; fails the journey on hidden errors."""
    watch, contexts = Watch(), []

    def make(session: StorageState | None = None) -> BrowserContext:
        context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=DESIGN_SIZE,  # type: ignore[arg-type]
            storage_state=session,
        )
        context.set_default_timeout(15_000)
        context.on("page", watch.on)
        contexts.append(context)
        return context

    yield make
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=shots / f"end-{number}.png")
    for context in contexts:
        context.close()
    if watch.problems:
        pytest.fail("the pages reported errors:\n" + "\n".join(watch.problems), pytrace=False)


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """One fresh browser window."""
    return open_context().new_page()


@pytest.fixture(scope="session")
def known_sessions() -> dict[tuple[str, str], StorageState]:
    """Log-ins of this run that later journeys go on with: (hospital, role) -> cookies."""
    return {}


@pytest.fixture
def staff_page(
    open_context: Callable[..., BrowserContext], stack: Stack, known_sessions: dict[tuple[str, str], StorageState]
) -> Callable[..., Page]:
    """`staff_page("doctor")`: a window in which this role has logged in. `fresh`: by the screen, into a session of its own."""

    def log_in(role: str, subdomain: str = "demo", path: str = "/", *, fresh: bool = False) -> Page:
        known = None if fresh else known_sessions.get((subdomain, role))
        opened = open_context(known).new_page()
        if known is None:
            log_in_by_screen(opened, stack.hospital(subdomain), stack.login(role, subdomain))
            if not fresh:
                known_sessions[subdomain, role] = opened.context.storage_state()
        if known is not None or path != "/":
            opened.goto(stack.hospital(subdomain) + path)
        return opened

    return log_in


def log_in_by_screen(page: Page, address: str, login: dict[str, str]) -> None:
    page.goto(f"{address}/log-in")
    page.locator('input[autocomplete="username"]').fill(login["username"])
    page.locator('input[autocomplete="current-password"]').fill(login["password"])
    page.keyboard.press("Enter")
    if "totp_secret" in login:
        page.locator('input[autocomplete="one-time-code"]').fill(pyotp.TOTP(login["totp_secret"]).now())
        page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/log-in" not in url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
