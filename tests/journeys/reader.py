"""Somebody at a browser, who notices what is wrong with a page: in both widths, in both themes, on every visit."""

import os
import re
import zlib
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

Theme = Literal["light", "dark"]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
CUT_OFF = ".crumbs li:not(:last-child):not(:has(a))"
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
LED_TO_A_PLACE = tuple(  # as it should be: somebody was led elsewhere, or the row that they were in has the focus again
    f"Autofocus processing was blocked because a document{why}"
    for why in ("'s URL has a fragment", " already has a focused")
)
TWICE = """() => [...document.querySelectorAll("[id]")].map((one) => one.id)
  .filter((one, nth, all) => all.indexOf(one) !== nth)"""  # a label would lead to another field
AXE = Axe()
# Style sheets are fetched again for no rule that is on; for pages of ours that is a third of the time.
AXE_RUN = "() => axe.run({resultTypes: ['violations'], preload: false}).then((found) => found.violations)"
SLOWED = float(os.environ.get("SLOW_BROWSER", 0))  # times: with a browser so much slower a race shows
SHAPE = """() => [...document.querySelectorAll("*")].map((one) => [one.tagName, one.className.baseVal ?? one.className,
  one.children.length, [...one.attributes].map(({ name, value }) => name + (value ? "=" : "")),
  one.getAttribute("role"), one.getAttribute("type"), Boolean(one.textContent.trim())].join()).join("|")"""
_judged: set[int] = set()  # shapes of pages, by width and theme, in which axe has found nothing


class Reader:
    """Every page is judged as it is visited; what the console says and which hosts are asked is collected all along."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        wishes = {"viewport": WIDE, "color_scheme": "light", "reduced_motion": "reduce", "locale": "en-GB"} | options
        self.address, self.has_script = address, wishes.get("java_script_enabled", True)
        self.complaints: list[str] = []
        self.context = browser.new_context(base_url=address, accept_downloads=True, **wishes)
        self.context.on("request", self._asked)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.page = self.context.new_page()
        if SLOWED:
            self.context.new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})

    def go(self, where: str, answers: int = 200) -> Page:
        self._expect(answers, lambda: self.page.goto(where))
        return self.page

    def press(self, name: str | Locator, answers: int = 200, role: Any = "button") -> Page:
        """Press what leads to another page, and see how that answers."""
        control = self.page.get_by_role(role, name=name, exact=True) if isinstance(name, str) else name
        self._expect(answers, control.click)
        return self.page

    def follow(self, name: str, answers: int = 200) -> Page:
        return self.press(self.page.get_by_role("link", name=name, exact=True).first, answers)

    def fill(self, **fields: str) -> None:
        """Fill fields by their labels, underscores for spaces."""
        for name, value in fields.items():
            self.page.get_by_label(name.replace("_", " "), exact=True).fill(value)

    def open_own_menu(self) -> None:
        self.page.locator("button.person").click()

    def look(self, themes: Sequence[Theme] = ("light", "dark"), axe: bool = True, twice: bool = False) -> None:
        """
        Judge the page as it stands: width, contrast, whatever axe knows, the way up, ids, and what the console said.

        Colours depend on the theme and not on the width, so the phone is dark and the desk is light. Axe takes longest: it
        is asked in one of the two, pages of one kind in the same one.

        Args:
            twice: axe is asked in both.
        """
        faults = ["a step above this page is no link"] if self.page.query_selector(CUT_OFF) else []
        faults += [f"an id is given twice: {one}" for one in self.page.evaluate(TWICE)]
        for size, theme in ((PHONE, themes[-1]), (WIDE, themes[0])):
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            if self.page.evaluate(SIDEWAYS):
                faults.append(f"scrolls sideways at {size['width']}: {self._widest()}")
            if axe and (twice or (size is PHONE) == self._is_seen_on_a_phone()):
                look = f"{size['width']}, {theme}"
                faults += [f"{look}: {fault}" for fault in self._axe(look)]
        assert faults + self.complaints == [], f"{self.page.url}: {faults + self.complaints}"

    def close(self) -> None:
        heard = list(self.complaints)  # what breaks off because the browser closes is no fault of the page
        self.context.close()
        assert heard == [], heard

    def _is_seen_on_a_phone(self) -> bool:
        kind = re.sub(r"[0-9a-f-]{36}|\d+", "", urlsplit(self.page.url).path)
        return zlib.crc32(kind.encode()) % 2 == 0

    def _axe(self, look: str) -> list[str]:
        """Return what axe finds; a page of the same parts, classes and attributes as one before it has no other faults."""
        shape = hash((look, self.page.evaluate(SHAPE)))
        if shape in _judged:
            return []
        found = self._asked_of_axe()
        if not found:
            _judged.add(shape)
        return found

    def _asked_of_axe(self) -> list[str]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.axe_script)
        found = self.page.evaluate(AXE_RUN)
        return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]

    def _widest(self) -> str:
        return self.page.evaluate(
            """() => [...document.querySelectorAll("body *")]
              .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                || one.getBoundingClientRect().left < -1)
              .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5).join(" | ")"""
        )

    def _expect(self, answers: int, act: Any) -> None:
        with self.page.expect_event("response", _is_page) as told:
            act()
        assert told.value.status == answers, f"{told.value.url} answers {told.value.status}"
        self.page.wait_for_load_state()

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.complaints.append(f"asks another host: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        url = message.location["url"]
        is_refusal = message.text.startswith("Failed to load resource") and re.search(r"status of 4\d\d", message.text)
        if message.text.startswith(LED_TO_A_PLACE):
            return
        is_own = message.page is not None and (url == message.page.url or url.endswith("/cell"))
        if not (is_refusal and is_own):
            self.complaints.append(f"console: {message.text}")


def _is_page(response: Response) -> bool:
    return response.request.is_navigation_request() and not 300 <= response.status < 400
