"""
Take the pictures of the README anew: `.venv/bin/python docs/pictures/take.py`. Needs chromium.

Serves the demo world from a folder that goes away, so the pictures show what `bin/run` shows.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.journeys.hub import Hub  # noqa: E402  -- the project is found from here on

WHO = "Yuna"  # of the organisation that knows more than it has told
OPEN = "MF Lom"  # the phase on the critical path
PHONE = {"width": 390, "height": 780}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        hub = Hub(Path(folder))
        hub.command("migrate")
        hub.command("demo", "load")
        path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        hub.start()
        try:
            _take(browser, hub)
        finally:
            hub.stop()
            browser.close()


def _take(browser: Browser, hub: Hub) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 820}, color_scheme="light", locale="en-GB")
    plan = _come_to_the_plan(page, hub.links()[WHO])
    page.get_by_role("link", name="Fold all", exact=True).first.click()
    page.get_by_role("link", name="Joint kick-off").wait_for(state="detached")
    page.get_by_role("link", name=f"{OPEN}: unfold").click()
    page.get_by_role("link", name=f"{OPEN}: fold").wait_for()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=HERE / "gantt.png")

    cookies = page.context.cookies()
    phone = browser.new_page(viewport=PHONE, color_scheme="dark", locale="en-GB", device_scale_factor=2, is_mobile=True)
    phone.context.add_cookies([{name: one[name] for name in ("name", "value", "domain", "path")} for one in cookies])
    phone.goto(f"{plan}/table?text=Both+ferries+in+electric")
    phone.get_by_role("link", name="Both ferries in electric service").click()
    phone.wait_for_url("**/items/*")
    phone.screenshot(path=HERE / "item.png")


def _come_to_the_plan(page: Page, link: str) -> str:
    page.goto(link)
    page.locator("main form button").click()
    page.get_by_role("link", name="Quiet Crossing").first.click()
    page.get_by_role("link", name=re.compile("Quiet Crossing: ")).click()
    page.wait_for_url("**/plans/*")
    return page.url


if __name__ == "__main__":
    main()
