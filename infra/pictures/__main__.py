"""`python -m infra.pictures [name ...]`: all pictures, or the named ones."""

import argparse
import os
from pathlib import Path

from playwright.sync_api import sync_playwright

from infra.pictures.camera import Camera, chromium
from infra.pictures.scenes import SCENES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"


def main() -> int:
    parser = argparse.ArgumentParser(prog="infra/screens", description="Takes the pictures of README and docs.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"{', '.join(SCENES)}; none: all of them")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files go (docs/images)")
    options = parser.parse_args()
    if unknown := set(options.names) - set(SCENES):
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        )
        state, port = Path(os.environ["KANGQIAO_STACK"]), int(os.environ["KANGQIAO_PORT"])
        camera = Camera(browser, state, port, options.folder)
        for name in options.names or SCENES:
            SCENES[name](camera)
        browser.close()
    return 0


raise SystemExit(main())
